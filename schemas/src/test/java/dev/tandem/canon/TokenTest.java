package dev.tandem.canon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.canon.Token.Shown;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

/// Expected and observed values have one token if they are equal, whatever form either store gives
/// them.
class TokenTest {
  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_SIZE]);
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema UUID =
      LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
  private static final Schema DECIMAL =
      LogicalTypes.decimal(12, 2).addToSchema(Schema.create(Schema.Type.BYTES));

  private static Token token(Schema schema, String postgres, Carrier carrier) {
    return token(schema, new ColumnType(postgres, carrier, postgres.endsWith("[]")), Shown.PLAIN);
  }

  private static Token token(Schema schema, ColumnType type, Shown shown) {
    Schema record =
        SchemaBuilder.record("R").fields().name("f").type(schema).noDefault().endRecord();
    return new Token(new TargetColumn("c", "f", type), record, shown, HASH);
  }

  private static void same(Token token, Object expected, Object observed) {
    assertThat(token.observed(observed)).isEqualTo(token.expected(expected));
  }

  private static void different(Token token, Object expected, Object observed) {
    assertThat(token.observed(observed)).isNotEqualTo(token.expected(expected));
  }

  @Test
  void shouldTakeANumberForTheSameWhateverItsScale() {
    var numeric = token(DECIMAL, "numeric(14,4)", Carrier.NUMERIC);
    same(numeric, new BigDecimal("12.30"), "12.3000");
    same(numeric, new BigDecimal("0.00"), "0.0000");
    same(numeric, new BigDecimal("-7.00"), "-7.0000");
    different(numeric, new BigDecimal("12.30"), "12.3100");
    different(numeric, new BigDecimal("12.30"), "12.3001");
    different(numeric, new BigDecimal("12.30"), "NaN");
    same(token(Schema.create(Schema.Type.LONG), "numeric", Carrier.NUMERIC), 100L, "100");
    same(token(Schema.create(Schema.Type.INT), "bigint", Carrier.LONG), 7, 7L);
  }

  @Test
  void shouldTakeTextForTheSameByItsBytesButForPadding() {
    same(token(STRING, "character(5)", Carrier.TEXT), "ab", "ab   ");
    same(token(STRING, "character(5)", Carrier.TEXT), "ab   ", "ab   ");
    same(
        token(STRING, "uuid", Carrier.UUID),
        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    same(token(STRING, "character varying(3)", Carrier.TEXT), "ab   ", "ab ");
    same(token(STRING, "character varying(2)", Carrier.TEXT), "\ud83d\ude00a  ", "\ud83d\ude00a");
    different(token(STRING, "character varying(3)", Carrier.TEXT), "ab ", "ab");
    different(token(STRING, "character varying(3)", Carrier.TEXT), "abcd", "abc");
    different(token(STRING, "character varying", Carrier.TEXT), "ab ", "ab");
    different(token(STRING, "text", Carrier.TEXT), "ab", "ab ");
    different(token(STRING, "text", Carrier.TEXT), "\u00e9", "e\u0301");
    different(token(STRING, "citext", Carrier.TEXT), "a", "A");
    same(
        token(UUID, "uuid", Carrier.UUID),
        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  }

  @Test
  void shouldTakeFloatingNumbersForTheSameAsTheyAreWritten() {
    var single = Schema.create(Schema.Type.FLOAT);
    same(token(single, "real", Carrier.FLOAT), 0.1f, 0.1f);
    same(token(single, "double precision", Carrier.DOUBLE), 0.1f, 0.1d);
    var number = token(Schema.create(Schema.Type.DOUBLE), "double precision", Carrier.DOUBLE);
    same(number, Double.NaN, Double.NaN);
    same(number, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);
    different(number, 0.0, -0.0);
    different(number, 0.1, Math.nextUp(0.1));
  }

  @Test
  void shouldTakeMomentsForTheSameWhateverTheirUnit() {
    var millis = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
    var token = token(millis, "timestamp with time zone", Carrier.INSTANT);
    same(token, 1_700_000_000_123L, 1_700_000_000_123_000L);
    different(token, 1_700_000_000_123L, 1_700_000_000_123_001L);
    var date = LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
    same(token(date, "date", Carrier.DATE), 20_000, 20_000);
  }

  @Test
  void shouldTakeJsonbForTheSameByContentAndJsonByText() {
    var jsonb = token(STRING, "jsonb", Carrier.JSON);
    same(jsonb, "{\"b\":1.50,\"a\":[1, 2]}", "{\"a\": [1, 2], \"b\": 1.5}");
    same(jsonb, "{\"a\":1,\"a\":2}", "{\"a\": 2}");
    same(jsonb, "1e2", "100");
    same(jsonb, "{\"n\":1e999999999}", "{\"n\": 10e999999998}");
    same(jsonb, "[".repeat(3000) + "]".repeat(3000), "[".repeat(3000) + "] ".repeat(3000));
    different(jsonb, "{\"a\":1}", "{\"a\":\"1\"}");
    different(jsonb, "[1,2]", "[2,1]");
    different(token(STRING, "json", Carrier.JSON), "{\"a\":1}", "{\"a\": 1}");
  }

  @Test
  void shouldTakeArraysAndBytesForTheSameByElement() {
    var list = token(Schema.createArray(STRING), "text[]", Carrier.TEXT);
    same(list, List.of("a", "NULL"), List.of("a", "NULL"));
    different(list, List.of("a", "b"), List.of("b", "a"));
    different(list, List.of("ab"), List.of("a", "b"));
    different(list, List.of("NULL"), Arrays.asList((Object) null));
    var bytes = token(Schema.create(Schema.Type.BYTES), "bytea", Carrier.BYTES);
    same(bytes, ByteBuffer.wrap(new byte[] {0, -1}), new byte[] {0, -1});
  }

  @Test
  void shouldTakeTextsOfAnArrayAsItsColumnKeepsThem() {
    Schema texts = Schema.createArray(STRING);
    same(token(texts, "character(3)[]", Carrier.TEXT), List.of("a ", "b"), List.of("a  ", "b  "));
    same(token(texts, "character varying(2)[]", Carrier.TEXT), List.of("ab  "), List.of("ab"));
    different(token(texts, "text[]", Carrier.TEXT), List.of("a "), List.of("a"));
    same(token(texts, "uuid[]", Carrier.TEXT), List.of("AB", "c"), List.of("ab", "c"));
  }

  @Test
  void shouldTellNullFromEmptyAndFromTheWord() {
    var text = token(STRING, "text", Carrier.TEXT);
    assertThat(text.expected(null)).isEqualTo(text.observed(null));
    different(text, "", "NULL");
    assertThat(text.expected("")).isNotEqualTo(text.expected(null));
  }

  @Test
  void shouldTakeWhatAnEnumCannotBeForDifferent() {
    Schema state = Schema.createEnum("State", null, null, List.of("A", "B"));
    var token = token(state, "text", Carrier.TEXT);
    same(token, new GenericData.EnumSymbol(state, "A"), "A");
    different(token, new GenericData.EnumSymbol(state, "A"), "Z");
    assertThat(token.text(token.observed("Z"))).startsWith("digest:");
  }

  @Test
  void shouldShowShortValuesAndOnlyDigestsOfLongAndSensitiveOnes() {
    var plain = token(STRING, "text", Carrier.TEXT);
    assertThat(plain.text(plain.expected("short"))).isEqualTo("short");
    assertThat(plain.text(plain.expected("a text of more than fifteen bytes")))
        .startsWith("digest:")
        .doesNotContain("text of");
    var type = ColumnType.of("text", Carrier.TEXT);
    var secret = token(STRING, type, Shown.DIGESTED);
    assertThat(secret.text(secret.expected("short"))).startsWith("digest:");
    assertThat(secret.expected("short")).isEqualTo(secret.observed("short"));
    var money = token(DECIMAL, "numeric(12,2)", Carrier.NUMERIC);
    assertThat(money.text(money.expected(new BigDecimal("3.50")))).isEqualTo("3.5");
  }
}
