package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.contract.CanonicalText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObservedValueTest {
  private static final int RUNS = 500;
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema INT = Schema.create(Schema.Type.INT);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);
  private static final Schema UUIDS = logical(Schema.Type.STRING, LogicalTypes.uuid());
  private static final Schema DECIMAL = logical(Schema.Type.BYTES, LogicalTypes.decimal(9, 2));
  private static final Schema WHOLE = logical(Schema.Type.BYTES, LogicalTypes.decimal(9, 0));
  private static final Schema COLOUR =
      Schema.createEnum("Colour", null, "test", List.of("RED", "GREEN_ISH"));

  /// A field's type in a column's type.
  ///
  /// @param value a contract value
  /// @param carried what the column gives back of it
  private record Case(
      Schema schema,
      String postgres,
      Function<Random, Object> value,
      Function<Object, Object> carried) {
    @Override
    public String toString() {
      return schema.getType() + " " + schema.getLogicalType() + " in " + postgres;
    }
  }

  private static Schema logical(Schema.Type type, LogicalType logical) {
    return logical.addToSchema(Schema.create(type));
  }

  private static Object string(Random random) {
    return random
        .ints(random.nextInt(12), ' ' + 1, 0x2FF)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Object uuid(Random random) {
    String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
    return random.nextBoolean() ? uuid : uuid.toUpperCase(Locale.ROOT);
  }

  private static Object decimal(Random random) {
    return BigDecimal.valueOf(random.nextInt(1_999_999_999) - 999_999_999, 2);
  }

  private static Object whole(Random random) {
    return BigDecimal.valueOf(random.nextInt(1_999_999_999) - 999_999_999);
  }

  private static Object padded(Object text, int length) {
    return text + " ".repeat(length - text.toString().length());
  }

  private static Object scaled(Object number, int scale) {
    return new BigDecimal(number.toString()).setScale(scale).toPlainString();
  }

  static Stream<Case> cases() {
    Schema date = logical(Schema.Type.INT, LogicalTypes.date());
    Schema millis = logical(Schema.Type.LONG, LogicalTypes.timestampMillis());
    Schema micros = logical(Schema.Type.LONG, LogicalTypes.timestampMicros());
    Schema localMillis = logical(Schema.Type.LONG, LogicalTypes.localTimestampMillis());
    Schema localMicros = logical(Schema.Type.LONG, LogicalTypes.localTimestampMicros());
    Schema timeMillis = logical(Schema.Type.INT, LogicalTypes.timeMillis());
    Schema timeMicros = logical(Schema.Type.LONG, LogicalTypes.timeMicros());
    Function<Random, Object> anyInt = Random::nextInt;
    Function<Random, Object> anyLong = Random::nextLong;
    Function<Random, Object> moment = r -> r.nextLong(1L << 50) - (1L << 49);
    Function<Random, Object> symbol =
        r -> new GenericData.EnumSymbol(COLOUR, COLOUR.getEnumSymbols().get(r.nextInt(2)));
    Function<Object, Object> same = v -> v;
    Function<Object, Object> thousand = v -> ((Number) v).longValue() * 1000;
    return Stream.of(
        new Case(STRING, "text", ObservedValueTest::string, same),
        new Case(STRING, "character varying(20)", ObservedValueTest::string, same),
        new Case(STRING, "character(30)", ObservedValueTest::string, v -> padded(v, 30)),
        new Case(
            UUIDS, "uuid", ObservedValueTest::uuid, v -> v.toString().toLowerCase(Locale.ROOT)),
        new Case(UUIDS, "text", ObservedValueTest::uuid, same),
        new Case(UUIDS, "character(40)", ObservedValueTest::uuid, v -> padded(v, 40)),
        new Case(COLOUR, "text", symbol, Object::toString),
        new Case(COLOUR, "crm.colour", symbol, Object::toString),
        new Case(COLOUR, "character(12)", symbol, v -> padded(v, 12)),
        new Case(Schema.create(Schema.Type.BOOLEAN), "boolean", Random::nextBoolean, same),
        new Case(INT, "integer", anyInt, same),
        new Case(INT, "bigint", anyInt, v -> ((Integer) v).longValue()),
        new Case(INT, "numeric", anyInt, Object::toString),
        new Case(INT, "numeric(14,3)", anyInt, v -> scaled(v, 3)),
        new Case(INT, "double precision", anyInt, v -> ((Integer) v).doubleValue()),
        new Case(LONG, "bigint", anyLong, same),
        new Case(LONG, "numeric(24,2)", anyLong, v -> scaled(v, 2)),
        new Case(DECIMAL, "numeric(9,2)", ObservedValueTest::decimal, v -> scaled(v, 2)),
        new Case(DECIMAL, "numeric(14,6)", ObservedValueTest::decimal, v -> scaled(v, 6)),
        new Case(
            DECIMAL,
            "numeric",
            ObservedValueTest::decimal,
            v -> new BigDecimal(v.toString()).toPlainString()),
        new Case(WHOLE, "integer", ObservedValueTest::whole, v -> ((BigDecimal) v).intValueExact()),
        new Case(WHOLE, "bigint", ObservedValueTest::whole, v -> ((BigDecimal) v).longValueExact()),
        new Case(date, "date", anyInt, same),
        new Case(millis, "timestamp with time zone", moment, thousand),
        new Case(micros, "timestamp with time zone", moment, same),
        new Case(localMillis, "timestamp without time zone", moment, thousand),
        new Case(localMicros, "timestamp without time zone", moment, same),
        new Case(timeMillis, "time without time zone", r -> r.nextInt(86_400_000), thousand),
        new Case(timeMicros, "time without time zone", r -> r.nextLong(86_400_000_000L), same));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldNameWhatWasWrittenByTheSameTextAsTheLegacySide(Case it) {
    long seed = Long.getLong("tandem.seed", System.nanoTime());
    var random = new Random(seed);
    var optional = Schema.createUnion(Schema.create(Schema.Type.NULL), it.schema());
    var observed = new ObservedValue(optional, it.postgres());
    for (int run = 0; run < RUNS; run++) {
      Object value = it.value().apply(random);
      Object carried = it.carried().apply(value);
      assertThat(observed.canonical(carried))
          .as("seed %d", seed)
          .isEqualTo(CanonicalText.of(it.schema(), value));
      boolean inAnyCase = it.schema().equals(UUIDS);
      if (!inAnyCase) {
        assertThat(observed.contract(carried)).as("seed %d", seed).isEqualTo(value);
      }
    }
  }

  @Test
  void shouldRefuseWhatTheFieldCannotHaveAndNotSayIt() {
    Schema millis = logical(Schema.Type.LONG, LogicalTypes.timestampMillis());
    String tooLarge = BigInteger.ONE.shiftLeft(70).toString();
    assertRefused(INT, "numeric(14,3)", "12.500");
    assertRefused(INT, "bigint", 1L << 40);
    assertRefused(LONG, "numeric", tooLarge);
    assertRefused(LONG, "numeric", "NaN");
    assertRefused(DECIMAL, "numeric(14,6)", "1.005000");
    assertRefused(COLOUR, "text", "BLUE");
    assertRefused(millis, "timestamp with time zone", 1_001L);
    assertRefused(INT, "double precision", Double.NaN);
    assertRefused(STRING, "integer", 7);
    assertThatThrownBy(() -> new ObservedValue(STRING, "text").canonical(null))
        .hasMessageContaining("null");
  }

  private static void assertRefused(Schema schema, String postgres, Object carried) {
    assertThatThrownBy(() -> new ObservedValue(schema, postgres).canonical(carried))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(carried.toString());
  }

  @Test
  void shouldReadNullAsAbsent() {
    assertThat(new ObservedValue(STRING, "text").contract(null)).isNull();
  }
}
