package dev.tandem.lens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.row.Row;
import dev.tandem.spec.Problems;
import dev.tandem.table.Carrier;
import dev.tandem.table.Table;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lenses that claim an exact inverse keep the claim: `put(get(x)) = x` for random rows. The seed
/// is printed and can be given again with `-Dtandem.seed=…`.
class ExactLensPropertyTest {
  private static final int RUNS = 2_000;

  private final long seed = Long.getLong("tandem.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cust_no | 'long'",
        "bal_cents | 'int'",
        "bal_cents | 'long'",
        "bal_cents | 'double'",
        "fname | ['null','string']",
        "rate | {'type':'bytes','logicalType':'decimal','precision':12,'scale':4}",
        "rate | 'string'",
        "free | 'string'",
        "born | {'type':'int','logicalType':'date'}",
        "crt_dt | {'type':'long','logicalType':'local-timestamp-micros'}",
        "seen | {'type':'long','logicalType':'timestamp-micros'}",
        "clock | {'type':'long','logicalType':'time-micros'}",
        "tags | {'type':'array','items':['null','string']}",
        "uid | {'type':'string','logicalType':'uuid'}",
        "on_off | 'boolean'",
        "ratio | 'double'",
        "small | 'double'",
        "small | 'float'",
        "raw | 'bytes'",
        "doc | 'string'",
        "{ join: [bal_cents, on_off, tnt, cust_no, uid], with: '/' } | 'string'",
        "{ decimal: bal_cents, scale: 2 }"
            + " | {'type':'bytes','logicalType':'decimal','precision':14,'scale':3}",
        "{ decimal: score, scale: 4 }"
            + " | ['null',{'type':'bytes','logicalType':'decimal','precision':20,'scale':4}]",
        "{ decimal: rate } | {'type':'bytes','logicalType':'decimal','precision':12,'scale':2}",
        "{ cast: bal_cents, to: string } | 'string'",
        "{ cast: score, to: string } | ['null','string']",
        "{ cast: cust_no, to: int } | 'int'",
        "{ cast: bal_cents, to: double } | 'double'",
        "{ cast: on_off, to: int } | 'int'",
        "{ cast: on_off, to: string } | 'string'",
        "{ cast: bal_cents, to: boolean } | 'boolean'",
        "{ timestamp: crt_dt, zone: Europe/Berlin, gap: fail, overlap: later }"
            + " | {'type':'long','logicalType':'timestamp-micros'}",
        "{ lookup: on_off, values: { true: 1, false: 0 } } | 'int'",
        "{ lookup: bal_cents, values: { 0: zero, 1: one, -1: minus } } | 'string'",
        "{ enum: tnt } | {'type':'enum','name':'Letters','symbols':['a','b','ab','ba','aa']}",
        "{ enum: bal_cents, values: { 0: ZERO, 1: ONE, -1: MINUS } }"
            + " | {'type':'enum','name':'Sign','symbols':['ZERO','ONE','MINUS']}",
        "{ default: { of: tnt, value: none } } | 'string'",
        "{ constant: 7 } | 'int'",
        "{ record: { a: bal_cents, b: { cast: score, to: string } } }"
            + " | {'type':'record','name':'Pair','fields':[{'name':'a','type':'int'},"
            + "{'name':'b','type':['null','string']}]}",
      },
      quoteCharacter = '`')
  void shouldLeadBackToTheColumns(String lens, String schema) {
    var made = compile(lens, schema.replace('\'', '"'));
    assertThat(made.inverse()).as(lens).isInstanceOf(Inverse.Exact.class);
    var put = ((Inverse.Exact) made.inverse()).put();
    int accepted = 0;
    for (int run = 0; run < RUNS; run++) {
      var row = row(Customers.ROOT);
      Object value;
      try {
        value = made.get(binder(made).cells(row, Map.of()));
      } catch (Refused refused) {
        continue;
      }
      accepted++;
      var expected = made.inputs().stream().map(input -> row.value(input.column())).toArray();
      assertThat(put.columns(value)).as("seed %s, %s", seed, lens).isEqualTo(expected);
    }
    assertThat(accepted).as("rows that %s accepts, seed %s", lens, seed).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ split: tnt, at: ' ', part: 0 } | 'string'",
        "{ trim: tnt } | 'string'",
        "{ join: [fname, lname], with: ' ' } | ['null','string']",
        "{ join: [tnt, stat_cd], with: '/' } | 'string'",
        "{ join: [bal_cents, cust_no], with: '' } | 'string'",
        "{ lookup: on_off, values: { true: 1, false: 1 } } | 'int'",
        "{ cast: cust_no, to: int, overflow: clamp } | 'int'",
        "{ timestamp: crt_dt, zone: Europe/Berlin }"
            + " | {'type':'long','logicalType':'timestamp-micros'}",
        "seen | {'type':'long','logicalType':'timestamp-millis'}",
        "{ decimal: free, rounding: half-up }"
            + " | {'type':'bytes','logicalType':'decimal','precision':30,'scale':2}",
        "{ default: { of: score, value: 0 } } | 'long'",
        "{ concat: [tnt, tags] } | {'type':'array','items':'string'}",
      },
      quoteCharacter = '`')
  void shouldSayWhatIsLostAndBeNoKey(String lens, String schema) {
    var made = compile(lens, schema.replace('\'', '"'));
    assertThat(made.inverse()).isInstanceOf(Inverse.Lossy.class);
    assertThat(made.injective()).isFalse();
  }

  private static Lens compile(String lens, String schema) {
    var problems = new Problems();
    var field = Customers.contract("it:" + schema).getField("it");
    var map = Customers.yaml("it: " + lens);
    return new LensCompiler(Scope.of(Customers.ROOT), Optional.empty(), problems)
        .field(Objects.requireNonNull(map.entries().get("it")), field.schema(), "it")
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  private static Binder binder(Lens lens) {
    return new Binder(lens.inputs());
  }

  private Row row(Table table) {
    var row = Customers.customer(Map.of());
    for (int i = 0; i < row.values().length; i++) {
      var column = table.columns().get(i);
      row.values()[i] =
          column.nullable() && random.nextInt(4) == 0
              ? null
              : column.type().array() ? list() : value(column.type().carrier(), column.name());
    }
    return row;
  }

  private List<@Nullable Object> list() {
    var list = new ArrayList<@Nullable Object>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(random.nextInt(4) == 0 ? null : text());
    }
    return list;
  }

  private Object value(@Nullable Carrier carrier, String column) {
    return switch (Objects.requireNonNull(carrier)) {
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextBoolean() ? random.nextInt() : (Object) (random.nextInt(3) - 1);
      case LONG -> random.nextBoolean() ? random.nextLong() : (Object) (long) random.nextInt();
      case FLOAT -> random.nextFloat() * 1e6f;
      case DOUBLE -> random.nextGaussian() * 1e9;
      case NUMERIC ->
          column.equals("rate")
              ? new BigDecimal(BigInteger.valueOf(random.nextInt(99_999_999)), 2).toPlainString()
              : random.nextInt(9) == 0
                  ? "NaN"
                  : new BigDecimal(new BigInteger(60, random), random.nextInt(9)).toPlainString();
      case TEXT, JSON -> text();
      case BYTES -> text().getBytes(StandardCharsets.UTF_8);
      case DATE -> random.nextInt(9) == 0 ? Integer.MAX_VALUE : (Object) random.nextInt(40_000);
      case TIMESTAMP, INSTANT ->
          random.nextInt(9) == 0
              ? Long.MIN_VALUE
              : (Object) (long) (random.nextGaussian() * 2_000_000_000_000_000.0);
      case TIME -> random.nextLong(86_400_000_001L);
      case UUID -> new UUID(random.nextLong(), random.nextLong()).toString();
    };
  }

  private String text() {
    var text = new StringBuilder();
    String letters = "ab /-0ü\u20ac'\"";
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }
}
