package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class OutboxCodecTest {
  private static final TableId TABLE = new TableId("public", "Weird \"Nm");
  private static final RowSchema SCHEMA = schema();
  private final MemoryRegistry registry = new MemoryRegistry();
  private final OutboxEncoder encoder = new OutboxEncoder(registry, "shop.orders.outbox");
  private final OutboxDecoder decoder = new OutboxDecoder(registry);

  private static RowSchema schema() {
    var fields = new ArrayList<RowSchema.Field>();
    for (Carrier carrier : Carrier.values()) {
      fields.add(new RowSchema.Field("c " + carrier.name(), carrier, false));
      fields.add(new RowSchema.Field("a" + carrier.name(), carrier, true));
    }
    return new RowSchema(TABLE, fields);
  }

  private static Object value(Carrier carrier, Random random) {
    return switch (carrier) {
      case BOOLEAN -> random.nextBoolean();
      case INT, DATE -> random.nextBoolean() ? Integer.MIN_VALUE : random.nextInt();
      case LONG, TIMESTAMP, INSTANT, TIME ->
          random.nextBoolean() ? Long.MIN_VALUE : random.nextLong();
      case FLOAT -> random.nextBoolean() ? -0.0f : Float.NaN;
      case DOUBLE -> random.nextBoolean() ? random.nextGaussian() : Double.NEGATIVE_INFINITY;
      case NUMERIC -> random.nextBoolean() ? "NaN" : random.nextLong() + ".10";
      case TEXT, JSON -> random.nextBoolean() ? "" : "🚲\u2028é" + random.nextInt();
      case UUID -> new java.util.UUID(random.nextLong(), random.nextLong()).toString();
      case BYTES -> new byte[] {0, (byte) 0xff, (byte) random.nextInt()};
    };
  }

  private static Row row(Random random) {
    Object[] values = new Object[SCHEMA.size()];
    for (int i = 0; i < values.length; i++) {
      var field = SCHEMA.fields().get(i);
      int choice = random.nextInt(6);
      if (choice == 0) {
        values[i] = Row.UNKNOWN;
      } else if (choice > 1) {
        values[i] =
            field.array()
                ? random.nextBoolean()
                    ? List.of()
                    : Arrays.asList(
                        value(field.carrier(), random), null, value(field.carrier(), random))
                : value(field.carrier(), random);
      }
    }
    return new Row(SCHEMA, values);
  }

  private static Change change(Random random) {
    return new Change(
        List.of(Op.INSERT, Op.UPDATE, Op.DELETE).get(random.nextInt(3)),
        new ChangePosition(
            random.nextInt(9), new Lsn(random.nextLong()), random.nextLong(), new Lsn(7), 3),
        random.nextBoolean(),
        random.nextLong(),
        TABLE,
        random.nextBoolean() ? null : row(random),
        random.nextBoolean() ? null : row(random));
  }

  private static void assertSame(
      @org.jspecify.annotations.Nullable Row actual,
      @org.jspecify.annotations.Nullable Row expected) {
    if (expected == null || actual == null) {
      assertThat(actual).isNull();
      assertThat(expected).isNull();
      return;
    }
    assertThat(actual.schema()).isEqualTo(expected.schema());
    assertThat(Arrays.deepEquals(unlisted(actual), unlisted(expected))).isTrue();
  }

  private static Object[] unlisted(Row row) {
    return Arrays.stream(row.values())
        .map(value -> value instanceof List<?> list ? list.toArray() : value)
        .toArray();
  }

  @Test
  void shouldReadBackEveryCarrierNullAndUnknownValue() {
    for (int seed = 0; seed < 500; seed++) {
      Change change = change(new Random(seed));
      var read = (Change) decoder.decode(encoder.encode(change, SCHEMA));
      assertThat(read.position()).as("seed %d", seed).isEqualTo(change.position());
      assertThat(read.op()).isEqualTo(change.op());
      assertThat(read.last()).isEqualTo(change.last());
      assertThat(read.committedAt()).isEqualTo(change.committedAt());
      assertThat(read.table()).isEqualTo(TABLE);
      assertSame(read.before(), change.before());
      assertSame(read.after(), change.after());
    }
  }

  @Test
  void shouldBeReadableByAnyAvroReader() throws Exception {
    for (int seed = 0; seed < 100; seed++) {
      byte[] bytes = encoder.encode(change(new Random(seed)), SCHEMA);
      var schema = registry.byId(Framing.schemaId(bytes));
      var in =
          DecoderFactory.get()
              .binaryDecoder(bytes, Framing.SIZE, bytes.length - Framing.SIZE, null);
      GenericRecord read = new GenericDatumReader<GenericRecord>(schema).read(null, in);
      assertThat(in.isEnd()).as("seed %d: nothing is left", seed).isTrue();
      assertThat(read.get("ordinal")).isEqualTo(3);
    }
  }

  @Test
  void shouldMarkTheLastOfATransactionInPlace() {
    Change change = change(new Random(1));
    byte[] bytes =
        encoder.encode(
            new Change(change.op(), change.position(), false, 1, TABLE, null, null), SCHEMA);
    OutboxEncoder.markLast(bytes);
    assertThat(((Change) decoder.decode(bytes)).last()).isTrue();
  }

  @Test
  void shouldReadBackSweptRowsAndMarkers() {
    var snapshot = Snapshot.parse("100:107:101,104");
    Row row = row(new Random(2));
    var swept = (Swept) decoder.decode(encoder.encode(new Swept(2, snapshot, 99, row)));
    assertThat(swept.snapshot()).isEqualTo(snapshot);
    assertThat(swept.epoch()).isEqualTo(2);
    assertSame(swept.row(), row);
    for (Kind kind : Kind.values()) {
      for (var marker :
          List.of(
              new Marker(kind, 1, TABLE, "s1", snapshot, 5),
              new Marker(kind, 1, null, "", null, 5))) {
        assertThat(decoder.decode(encoder.encode(marker))).isEqualTo(marker);
      }
    }
  }

  @Test
  void shouldTellWhatIsForAVerificationWithoutALookAtTheRow() {
    var snapshot = Snapshot.parse("100:107:101,104");
    var swept = new Swept(2, snapshot, 99, row(new Random(2)), Purpose.VERIFICATION);
    byte[] row = encoder.encode(swept);
    assertThat(decoder.isOfVerification(row)).isTrue();
    assertThat(((Swept) decoder.decode(row)).purpose()).isEqualTo(Purpose.VERIFICATION);
    assertThat(decoder.isOfVerification(encoder.encode(new Swept(2, snapshot, 99, swept.row()))))
        .isFalse();
    assertThat(decoder.isOfVerification(encoder.encode(change(new Random(1)), SCHEMA))).isFalse();
    for (Kind kind : Kind.values()) {
      byte[] marker = encoder.encode(new Marker(kind, 1, TABLE, "s1", snapshot, 5));
      assertThat(decoder.isOfVerification(marker)).isEqualTo(kind == Kind.VERIFICATION_ENDED);
    }
  }

  /// What was written before there were verifications: enums with fewer symbols.
  @Test
  void shouldReadRecordsOfAnOlderVersion() {
    var marker = new Marker(Kind.EPOCH, 3, null, "", null, 5);
    assertThat(decoder.decode(reframed(encoder.encode(marker), ",\"VERIFICATION_ENDED\"")))
        .isEqualTo(marker);
    var swept = new Swept(2, Snapshot.parse("5:5:"), 99, row(new Random(2)));
    var read = (Swept) decoder.decode(reframed(encoder.encode(swept), ",\"VERIFY\""));
    assertThat(read.purpose()).isEqualTo(Purpose.LOAD);
    assertSame(read.row(), swept.row());
  }

  /// The same bytes under the id of a schema that lacks a symbol.
  private byte[] reframed(byte[] bytes, String symbol) {
    String schema = registry.byId(Framing.schemaId(bytes)).toString();
    assertThat(schema).contains(symbol);
    var older = new org.apache.avro.Schema.Parser().parse(schema.replace(symbol, ""));
    byte[] framed = bytes.clone();
    Framing.write(framed, registry.register("older", older));
    return framed;
  }

  @Test
  void shouldRefuseDamagedBytesAndNeverFailOtherwise() {
    byte[] good = encoder.encode(change(new Random(3)), SCHEMA);
    var random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad =
          Arrays.copyOf(good, random.nextInt(10) == 0 ? random.nextInt(good.length) : good.length);
      for (int flips = random.nextInt(4); flips >= 0 && bad.length > Framing.SIZE; flips--) {
        bad[Framing.SIZE + random.nextInt(bad.length - Framing.SIZE)] = (byte) random.nextInt();
      }
      try {
        decoder.decode(bad);
      } catch (UndecodableException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThatThrownBy(() -> decoder.decode(new byte[] {1, 0, 0, 0, 1}))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("magic byte");
    assertThatThrownBy(() -> decoder.decode(new byte[] {0, 0, 0, 9, 9}))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("2313");
  }
}
