package dev.tandem.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.event.EventTable.Field;
import dev.tandem.plan.MappingException;
import dev.tandem.table.SqlType;
import dev.tandem.wire.Framing;
import dev.tandem.wire.RegistryException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroPayloadTest {
  private static final int ID = 7;
  private static final String RECURSIVE =
      """
      {"type": "record", "name": "R", "fields": [{"name": "f", "type": ["null", "R"]}]}
      """;

  private static Schema schema(String type) {
    return new Schema.Parser()
        .parse(
            "{\"type\": \"record\", \"name\": \"E\", \"fields\": [{\"name\": \"f\", \"type\": %s}]}"
                .formatted(type));
  }

  /// What a test writes of a record with one field `f`.
  private interface Writing {
    void to(BinaryEncoder out) throws Exception;
  }

  private static byte[] framed(Writing writing) {
    try {
      var bytes = new ByteArrayOutputStream();
      bytes.write(new byte[Framing.SIZE]);
      BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
      writing.to(out);
      out.flush();
      byte[] framed = bytes.toByteArray();
      Framing.write(framed, ID);
      return framed;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode read(Schema schema, byte[] framed) {
    return AvroPayload.object(framed, _ -> schema, "payload");
  }

  private static JsonNode node(String type, Writing writing) {
    return read(schema(type), framed(writing)).get("f");
  }

  private static String refusal(String type, Writing writing) {
    return refusal(schema(type), framed(writing));
  }

  private static String refusal(Schema schema, byte[] framed) {
    Throwable thrown = catchThrowable(() -> read(schema, framed));
    assertThat(thrown).isInstanceOf(MappingException.class);
    return String.valueOf(thrown.getMessage());
  }

  /// What a column of a type is given.
  private static @Nullable Object column(String postgres, String type, Writing writing) {
    var field = new Field("f", SqlType.parse(postgres).orElseThrow(), true);
    return PayloadReader.value(read(schema(type), framed(writing)), field, "payload");
  }

  private static String columnRefusal(String postgres, String type, Writing writing) {
    Throwable thrown = catchThrowable(() -> column(postgres, type, writing));
    assertThat(thrown).isInstanceOf(MappingException.class);
    return String.valueOf(thrown.getMessage());
  }

  private static String logical(String type, String logical) {
    return "{\"type\": \"%s\", \"logicalType\": \"%s\"}".formatted(type, logical);
  }

  private static final String DECIMAL =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 9, \"scale\": 2}";

  @Test
  void shouldReadNumbersBooleansAndTextsAsSuch() {
    assertThat(column("boolean", "\"boolean\"", out -> out.writeBoolean(true))).isEqualTo(true);
    assertThat(column("integer", "\"int\"", out -> out.writeInt(-5))).isEqualTo(-5);
    assertThat(column("bigint", "\"long\"", out -> out.writeLong(Long.MIN_VALUE)))
        .isEqualTo(Long.MIN_VALUE);
    assertThat(column("real", "\"float\"", out -> out.writeFloat(0.1f))).isEqualTo(0.1f);
    assertThat(column("double precision", "\"float\"", out -> out.writeFloat(0.1f)))
        .isEqualTo((double) 0.1f);
    assertThat(column("numeric", "\"float\"", out -> out.writeFloat(0.1f))).isEqualTo("0.1");
    assertThat(column("double precision", "\"double\"", out -> out.writeDouble(1e300)))
        .isEqualTo(1e300);
    assertThat(column("text", "\"string\"", out -> out.writeString("grüße 𝄞")))
        .isEqualTo("grüße 𝄞");
    assertThat(
            column(
                "text",
                "{\"type\": \"enum\", \"name\": \"K\", \"symbols\": [\"A\", \"B\"]}",
                out -> out.writeEnum(1)))
        .isEqualTo("B");
  }

  @Test
  void shouldReadBytesAndDecimalsWithTheirDigits() {
    byte[] bytes = {0, 1, -1};
    assertThat((byte[]) column("bytea", "\"bytes\"", out -> out.writeBytes(bytes)))
        .containsExactly(bytes);
    assertThat(
            (byte[])
                column(
                    "bytea",
                    "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 3}",
                    out -> out.writeFixed(bytes)))
        .containsExactly(bytes);
    assertThat(
            column(
                "numeric",
                DECIMAL,
                out -> out.writeBytes(new BigDecimal("-10.50").unscaledValue().toByteArray())))
        .isEqualTo("-10.50");
    assertThat(
            column(
                "numeric",
                "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 4, \"logicalType\": \"decimal\","
                    + " \"precision\": 9, \"scale\": 3}",
                out -> out.writeFixed(new byte[] {0, 0, 1, 0})))
        .isEqualTo("0.256");
    assertThat(columnRefusal("text", "\"bytes\"", out -> out.writeBytes(bytes)))
        .isEqualTo("payload.f: expected text, found bytes");
  }

  @Test
  void shouldReadDatesTimesAndUuids() {
    assertThat(column("date", logical("int", "date"), out -> out.writeInt(-1))).isEqualTo(-1);
    assertThat(column("time", logical("int", "time-millis"), out -> out.writeInt(86_399_999)))
        .isEqualTo(86_399_999_000L);
    assertThat(column("time", logical("long", "time-micros"), out -> out.writeLong(1)))
        .isEqualTo(1L);
    for (String kind : List.of("timestamp", "local-timestamp")) {
      String postgres = kind.equals("timestamp") ? "timestamptz" : "timestamp";
      String other = kind.equals("timestamp") ? "timestamp" : "timestamptz";
      assertThat(column(postgres, logical("long", kind + "-millis"), out -> out.writeLong(-1)))
          .isEqualTo(-1_000L);
      assertThat(column(postgres, logical("long", kind + "-micros"), out -> out.writeLong(-1)))
          .isEqualTo(-1L);
      assertThat(column(postgres, logical("long", kind + "-nanos"), out -> out.writeLong(-3_000)))
          .isEqualTo(-3L);
      assertThat(columnRefusal(postgres, logical("long", kind + "-nanos"), out -> out.writeLong(1)))
          .contains("finer than a microsecond");
      assertThat(columnRefusal(other, logical("long", kind + "-millis"), out -> out.writeLong(0)))
          .endsWith(
              kind.equals("timestamp")
                  ? "found a time with its offset"
                  : "found a time without its offset");
    }
    String uuid = "0f0e0d0c-0b0a-0908-0706-050403020100";
    assertThat(column("uuid", logical("string", "uuid"), out -> out.writeString(uuid)))
        .isEqualTo(uuid);
    assertThat(
            column(
                "uuid",
                "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 16, \"logicalType\": \"uuid\"}",
                out -> out.writeFixed(HexFormat.of().parseHex("0f0e0d0c0b0a09080706050403020100"))))
        .isEqualTo(uuid);
  }

  @Test
  void shouldReadListsMapsUnionsAndRecords() {
    assertThat(
            node(
                "{\"type\": \"array\", \"items\": \"int\"}",
                out -> {
                  out.writeArrayStart();
                  out.setItemCount(2);
                  out.startItem();
                  out.writeInt(1);
                  out.startItem();
                  out.writeInt(2);
                  out.writeArrayEnd();
                }))
        .hasToString("[1,2]");
    // Two blocks, one of which says its size.
    assertThat(
            node(
                "{\"type\": \"array\", \"items\": \"int\"}",
                out -> {
                  out.writeLong(-1);
                  out.writeLong(1);
                  out.writeInt(1);
                  out.writeLong(1);
                  out.writeInt(2);
                  out.writeLong(0);
                }))
        .hasToString("[1,2]");
    assertThat(
            node(
                "{\"type\": \"map\", \"values\": [\"null\", \"string\"]}",
                out -> {
                  out.writeLong(2);
                  out.writeString("a");
                  out.writeIndex(0);
                  out.writeString("b");
                  out.writeIndex(1);
                  out.writeString("c");
                  out.writeLong(0);
                }))
        .hasToString("{\"a\":null,\"b\":\"c\"}");
    assertThat(
            node(
                "{\"type\": \"record\", \"name\": \"N\", \"fields\": [{\"name\": \"g\", \"type\":"
                    + " \"null\"}, {\"name\": \"h\", \"type\": \"long\"}]}",
                out -> out.writeLong(3)))
        .hasToString("{\"g\":null,\"h\":3}");
  }

  /// What is not read is passed over, whatever it is.
  @Test
  void shouldRefuseANumberThatIsNoneOnlyWhereItIsRead() {
    for (double none : List.of(Double.NaN, Double.POSITIVE_INFINITY)) {
      assertThat(node("\"double\"", out -> out.writeDouble(none)).isNumber()).isTrue();
      for (String type : List.of("double precision", "real", "numeric", "integer", "jsonb")) {
        assertThat(columnRefusal(type, "\"double\"", out -> out.writeDouble(none)))
            .startsWith("payload.f: expected " + type)
            .endsWith("found a number out of its range");
        assertThat(columnRefusal(type, "\"float\"", out -> out.writeFloat((float) none)))
            .endsWith("found a number out of its range");
      }
      assertThat(
              columnRefusal(
                  "jsonb",
                  "{\"type\": \"array\", \"items\": \"double\"}",
                  out -> {
                    out.writeLong(1);
                    out.writeDouble(none);
                    out.writeLong(0);
                  }))
          .endsWith("found a number out of its range");
    }
  }

  @Test
  void shouldRefuseWhatIsNoPayload() {
    Schema schema = schema("\"int\"");
    assertThatThrownBy(() -> AvroPayload.object(null, _ -> schema, "payload"))
        .hasMessage("payload: expected Avro, found NULL");
    assertThatThrownBy(() -> AvroPayload.object("{}", _ -> schema, "payload"))
        .hasMessage("payload: expected Avro, found what is no bytes");
    for (byte[] bytes : List.of(new byte[0], new byte[4], new byte[] {1, 0, 0, 0, 7, 2})) {
      assertThat(refusal(schema, bytes))
          .isEqualTo(
              "payload: expected Avro behind a zero and four bytes of a schema id, found none");
    }
    assertThat(refusal(Schema.create(Schema.Type.STRING), framed(out -> out.writeString("x"))))
        .isEqualTo("payload: expected schema id 7 to be of a record, found string");
    assertThat(refusal(schema, framed(_ -> {})))
        .isEqualTo("payload.f: expected more bytes, found their end");
    assertThat(refusal(schema, framed(out -> out.writeFixed(new byte[] {2, 0, 0}))))
        .isEqualTo("payload: expected the end of the record, found 2 bytes more");
  }

  @Test
  void shouldLetARefusalOfTheSchemaNameTheColumnAndAnAbsenceBeWhatItIs() {
    byte[] framed = framed(out -> out.writeInt(1));
    PayloadSchemas none =
        _ -> {
          throw new MappingException("schema", "expected one, found none");
        };
    assertThatThrownBy(() -> AvroPayload.object(framed, none, "body"))
        .isInstanceOf(MappingException.class)
        .hasMessage("body: expected one, found none");
    var away = new RegistryException(RegistryException.Kind.UNAVAILABLE, "away");
    PayloadSchemas unasked =
        _ -> {
          throw away;
        };
    assertThatThrownBy(() -> AvroPayload.object(framed, unasked, "body")).isSameAs(away);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"boolean\"'|02|a boolean",
        "'\"int\"'|ffffffffff01|a number",
        "'\"long\"'|ffffffffffffffffffff01|a number",
        "'\"string\"'|02ff|a text in UTF-8",
        "'\"string\"'|01|a length that is not there",
        "'\"string\"'|feffffff0f|a length that is not there",
        "'\"bytes\"'|feffffffffffffffff01|a length that is not there",
        "'{\"type\": \"fixed\", \"name\": \"F\", \"size\": 2147483639}'|00|a length that is not there",
        "'{\"type\": \"enum\", \"name\": \"K\", \"symbols\": [\"A\"]}'|02|one of 1 branches or symbols",
        "'{\"type\": \"enum\", \"name\": \"K\", \"symbols\": [\"A\"]}'|01|one of 1 branches or symbols",
        "'[\"null\", \"int\"]'|04|one of 2 branches or symbols",
        "'{\"type\": \"array\", \"items\": \"int\"}'|feffffffffffffffff01|more bytes",
        "'{\"type\": \"array\", \"items\": \"int\"}'|ffffffffffffffffff0100|a length that it cannot have",
        "'{\"type\": \"array\", \"items\": \"int\"}'|01feffffffffffffffff01|a length that it cannot have",
        "'{\"type\": \"map\", \"values\": \"null\"}'|04026102610000|one twice",
        "'{\"type\": \"int\", \"logicalType\": \"time-millis\"}'|01|a time of day",
        "'{\"type\": \"long\", \"logicalType\": \"time-micros\"}'|feffffffffffffffff01|a time of day",
        "'{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 3}'|00|a decimal",
      })
  void shouldRefuseBytesThatNoWriterMakes(String type, String hex, String why) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(refusal(type, out -> out.writeFixed(bytes)))
        .startsWith("payload.f")
        .contains(": expected ")
        .contains(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"null\"",
        "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 0}",
        "{\"type\": \"record\", \"name\": \"N\", \"fields\": []}",
        "{\"type\": \"record\", \"name\": \"N\", \"fields\": [{\"name\": \"g\", \"type\": \"null\"}]}"
      })
  void shouldNotCountTo2To40ForAFewBytes(String element) {
    long began = System.nanoTime();
    assertThat(
            refusal(
                "{\"type\": \"array\", \"items\": " + element + "}",
                out -> out.writeLong(1L << 40)))
        .startsWith("payload.f.[]")
        .contains("at most 10000 values that take no byte");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }

  /// Each record holds the next one twice: a schema of 40 lines that says 2^40 values.
  @Test
  void shouldNotMakeAnyNumberOfValuesOfASchema() {
    String inner = "\"null\"";
    for (int i = 0; i < 40; i++) {
      inner =
          "{\"type\": \"record\", \"name\": \"N%d\", \"fields\": [{\"name\": \"a\", \"type\": %s}, {\"name\": \"b\", \"type\": %s}]}"
              .formatted(i, inner, i == 0 ? "\"null\"" : "\"N" + (i - 1) + "\"");
    }
    assertThat(refusal(inner, _ -> {})).contains("values that take no byte");
  }

  @Test
  void shouldReadAHundredLevelsAndNoMore() {
    Schema recursive = new Schema.Parser().parse(RECURSIVE);
    assertThat(read(recursive, nested(PayloadReader.DEEPEST)).findValues("f")).isNotEmpty();
    assertThat(refusal(recursive, nested(PayloadReader.DEEPEST + 1)))
        .contains("expected at most 100 levels, found more");
    assertThat(refusal(recursive, nested(1_000_000))).contains("at most 100 levels");
    Schema endless =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"f\", \"type\": \"R\"}]}");
    assertThat(refusal(endless, framed(_ -> {}))).contains("at most 100 levels");
  }

  private static byte[] nested(int records) {
    return framed(
        out -> {
          for (int i = 1; i < records; i++) {
            out.writeIndex(1);
          }
          out.writeIndex(0);
        });
  }

  @Test
  void shouldRefuseADecimalOfMoreDigitsThanJsonMayHave() {
    assertThat(refusal(DECIMAL, out -> out.writeBytes(bytes(100_000)))).contains("at most 2000");
    assertThat(
            refusal(
                "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 3000, \"scale\":"
                    + " 2001}",
                out -> out.writeBytes(bytes(1))))
        .contains("at most 2000");
  }

  private static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    bytes[0] = 1;
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void shouldNameNeitherValuesNorKeysOfMaps() {
    assertThat(
            refusal(
                "{\"type\": \"map\", \"values\": {\"type\": \"array\", \"items\": \"string\"}}",
                out -> {
                  out.writeLong(1);
                  out.writeString("secret");
                  out.writeLong(1);
                  out.writeLong(1_000);
                  out.writeFixed("secret".getBytes(StandardCharsets.UTF_8));
                }))
        .isEqualTo("payload.f.*.[]: expected bytes or a text, found a length that is not there");
  }

  private static final Schema ALL =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "All", "fields": [
                {"name": "bool", "type": "boolean"}, {"name": "int", "type": "int"},
                {"name": "long", "type": "long"}, {"name": "float", "type": "float"},
                {"name": "double", "type": "double"}, {"name": "text", "type": ["null", "string"]},
                {"name": "bytes", "type": "bytes"},
                {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B", "C"]}},
                {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                {"name": "time", "type": {"type": "long", "logicalType": "time-micros"}},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "numbers", "type": {"type": "array", "items": ["null", "long"]}},
                {"name": "map", "type": {"type": "map", "values": "int"}},
                {"name": "inner", "type": ["null", "All"]}]}
              """);

  /// A record as a writer has it, and what it is to be read as.
  private static GenericData.Record random(Random random, Map<String, @Nullable Object> shown) {
    var record = new GenericData.Record(ALL);
    put(record, shown, "bool", random.nextBoolean());
    put(record, shown, "int", random.nextInt());
    put(record, shown, "long", random.nextLong());
    put(record, shown, "float", random.nextFloat());
    put(record, shown, "double", random.nextDouble());
    put(record, shown, "text", random.nextBoolean() ? "t" + random.nextInt() : null);
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    record.put("bytes", ByteBuffer.wrap(bytes));
    shown.put("bytes", HexFormat.of().formatHex(bytes));
    String symbol = List.of("A", "B", "C").get(random.nextInt(3));
    record.put("kind", new GenericData.EnumSymbol(ALL.getField("kind").schema(), symbol));
    shown.put("kind", symbol);
    int day = random.nextInt(-200_000, 200_000);
    record.put("day", day);
    shown.put("day", LocalDate.ofEpochDay(day).toString());
    long time = random.nextLong(86_400_000_000L);
    record.put("time", time);
    shown.put("time", LocalTime.ofNanoOfDay(time * 1_000).toString());
    long at = random.nextLong(-4_000_000_000_000_000L, 4_000_000_000_000_000L);
    record.put("at", at);
    shown.put("at", Instant.EPOCH.plus(at, java.time.temporal.ChronoUnit.MICROS).toString());
    var numbers = new ArrayList<@Nullable Object>();
    for (int i = random.nextInt(5); i > 0; i--) {
      numbers.add(random.nextBoolean() ? random.nextLong() : null);
    }
    put(record, shown, "numbers", numbers);
    var map = new LinkedHashMap<String, Object>();
    for (int i = random.nextInt(5); i > 0; i--) {
      map.put("k" + i, random.nextInt());
    }
    put(record, shown, "map", map);
    if (random.nextInt(3) > 0) {
      var inner = new LinkedHashMap<String, @Nullable Object>();
      record.put("inner", random(random, inner));
      shown.put("inner", inner);
    } else {
      put(record, shown, "inner", null);
    }
    return record;
  }

  private static void put(
      GenericData.Record record,
      Map<String, @Nullable Object> shown,
      String field,
      @Nullable Object value) {
    record.put(field, value);
    shown.put(field, value);
  }

  private static @Nullable Object shown(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        node.properties().forEach(it -> map.put(it.getKey(), shown(it.getValue())));
        yield map;
      }
      case ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        node.forEach(it -> list.add(shown(it)));
        yield list;
      }
      case BINARY -> {
        try {
          yield HexFormat.of().formatHex(node.binaryValue());
        } catch (java.io.IOException e) {
          throw new AssertionError(e);
        }
      }
      case NULL -> null;
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.numberValue();
      default -> node.textValue();
    };
  }

  private static byte[] encoded(GenericData.Record record) {
    return framed(
        out -> new GenericDatumWriter<GenericData.Record>(record.getSchema()).write(record, out));
  }

  @Test
  void shouldReadWhatAvrosOwnWriterWrites() {
    for (int seed = 0; seed < 500; seed++) {
      var shown = new LinkedHashMap<String, @Nullable Object>();
      byte[] framed = encoded(random(new Random(seed), shown));
      assertThat(shown(read(ALL, framed))).as("seed %d", seed).isEqualTo(shown);
    }
  }

  /// Whatever is changed in the bytes, they are read or refused.
  @Test
  void shouldRefuseOrReadBytesThatAreBroken() {
    int refused = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      var random = new Random(seed);
      byte[] framed = encoded(random(random, new LinkedHashMap<>()));
      for (int i = random.nextInt(4); i >= 0; i--) {
        framed[random.nextInt(Framing.SIZE, framed.length)] = (byte) random.nextInt();
      }
      byte[] broken =
          random.nextBoolean()
              ? framed
              : java.util.Arrays.copyOf(framed, random.nextInt(framed.length));
      Throwable thrown = catchThrowable(() -> read(ALL, broken));
      if (thrown != null) {
        assertThat(thrown).as("seed %d", seed).isInstanceOf(MappingException.class);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2_500);
  }
}
