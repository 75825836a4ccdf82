package dev.tandem.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.event.EventTable.AfterReading;
import dev.tandem.event.EventTable.Envelope;
import dev.tandem.event.EventTable.Field;
import dev.tandem.event.EventTable.Items;
import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.SqlType;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventRowsTest {
  private static final RowSchema CAPTURED =
      new RowSchema(
          TableId.parse("outbox"),
          List.of(
              new RowSchema.Field("id", Carrier.LONG, false),
              new RowSchema.Field("kind", Carrier.TEXT, false),
              new RowSchema.Field("agg", Carrier.INT, false),
              new RowSchema.Field("type", Carrier.TEXT, false),
              new RowSchema.Field("payload", Carrier.JSON, false)));

  private static Field field(String name, String type, boolean required) {
    return new Field(name, SqlType.parse(type).orElseThrow(), required);
  }

  private static EventTable table(List<String> identity, Field... fields) {
    return new EventTable(
        new Envelope("kind", "agg", "type", "payload"),
        PayloadForm.JSON,
        Set.of("person"),
        Set.of("Deleted"),
        identity,
        List.of(fields),
        List.of(new Items("phones", List.of(field("line", "integer", true)))),
        List.of("id"),
        AfterReading.DELETED);
  }

  private static Row event(@Nullable Object payload) {
    return event(1, "person", "Changed", payload);
  }

  private static Row event(long id, String kind, String type, @Nullable Object payload) {
    return new Row(CAPTURED, new @Nullable Object[] {id, kind, 7, type, payload});
  }

  private static @Nullable Object value(String type, String json) {
    var events = new EventRows(table(List.of("agg"), field("f", type, true)));
    return events.read(event("{\"f\": " + json + "}")).root().value("f");
  }

  @Test
  void shouldReadTheAggregatesIdTheFieldsAndTheLists() {
    var events =
        new EventRows(
            table(
                List.of("agg"),
                field("name.full", "text", true),
                field("gone", "date", false),
                field("tags", "text[]", true)));
    var read =
        events.read(
            event(
                "{\"name\": {\"full\": \"Ada\"}, \"gone\": null, \"tags\": [\"a\", null],"
                    + " \"phones\": [{\"line\": 1}, {\"line\": 2, \"more\": {}}], \"more\": 1}"));
    assertThat(read.root().value("agg")).isEqualTo(7);
    assertThat(read.root().value("name.full")).isEqualTo("Ada");
    assertThat(read.root().value("gone")).isNull();
    assertThat((List<?>) read.root().value("tags")).hasSize(2).first().isEqualTo("a");
    assertThat(read.lists().get("phones"))
        .extracting(row -> row.value("line"), row -> row.value("agg"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, 7), org.assertj.core.groups.Tuple.tuple(2, 7));
    assertThat(read.root().schema().table()).isEqualTo(TableId.parse("outbox"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "boolean|true|true",
        "smallint|-32768|-32768",
        "integer|2147483647|2147483647",
        "integer|1e3|1000",
        "bigint|-9223372036854775808|-9223372036854775808",
        "real|0.5|0.5",
        "double precision|1e300|1.0E300",
        "numeric|12.340|12.340",
        "numeric|\"12.340\"|12.340",
        "numeric|1e3|1000",
        "numeric(5,2)|7|7.00",
        "text|\"ü\"|ü",
        "varchar(2)|\"😀x\"|😀x",
        "char(3)|\"a  \"|a",
        "char(2)|\"ab   \"|ab",
        "date|\"2024-02-29\"|19782",
        "timestamp|\"2024-07-01T12:00:00.000001\"|1719835200000001",
        "timestamp|\"2024-07-01 12:00\"|1719835200000000",
        "timestamptz|\"2024-07-01T12:00+02:00\"|1719828000000000",
        "time|\"00:00:01\"|1000000",
        "uuid|\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "jsonb|{\"b\": [1.50, null]}|{\"b\":[1.50,null]}",
      })
  void shouldReadAValueInTheTypeThatIsDeclared(String type, String json, String value) {
    assertThat(value(type, json)).hasToString(value);
  }

  @Test
  void shouldReadBytesFromBase64() {
    assertThat((byte[]) value("bytea", "\"AAEC\"")).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "boolean|\"t\"|a text that is none",
        "smallint|32768|a number out of its range",
        "integer|2147483648|a number out of its range",
        "integer|1.5|a number that is not whole",
        "integer|\"1\"|a text that is none",
        "integer|1e999999999|a number out of its range",
        "bigint|9223372036854775808|a number out of its range",
        "double precision|1e999|a number out of its range",
        "numeric|\"1,5\"|a text that is none",
        "numeric|\"NaN\"|a text that is none",
        "numeric|1e999999999|a number out of its range",
        "numeric(5,2)|1.005|a number with more than 2 decimals",
        "numeric(5,2)|1000|a number out of its range",
        "text|1|a number",
        "text|\"a\\u0000b\"|a text with a NUL character",
        "text|\"a\\ud800\"|a text with half a character",
        "jsonb|{\"a\": \"\\udc00b\"}|a text with half a character",
        "varchar(2)|\"abc\"|a text that is longer",
        "bytea|\"%\"|a text that is not Base64",
        "date|\"2024-02-30\"|a text that is none",
        "date|20240229|a number",
        "timestamptz|\"2024-07-01T12:00\"|a time without its offset",
        "timestamptz|\"noon\"|a text that is none",
        "timestamp|\"2024-07-01T12:00Z\"|a time with its offset",
        "timestamp|\"2024-07-01T12:00:00.0000001\"|a time that is finer than a microsecond",
        "uuid|\"1-2-3-4-5\"|a text that is none",
        "text|{}|an object",
        "text[]|\"a\"|a text",
        "text|null|null",
      })
  void shouldRefuseWhatTheTypeCannotHoldWithoutSayingTheValue(
      String type, String json, String found) {
    assertThatThrownBy(() -> value(type, json))
        .isInstanceOf(MappingException.class)
        .hasMessageStartingWith("payload.f: expected ")
        .hasMessageEndingWith("found " + found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "secret{|payload: expected a JSON object in which each key stands once, found text that is none, from line 1",
        "``|payload: expected a JSON object, found nothing",
        "[1]|payload: expected a JSON object, found a list",
        "{\"f\": 1} {}|payload: expected a JSON object in which each key stands once, found text that is none",
        "{\"f\": 1, \"f\": 2}|payload: expected a JSON object in which each key stands once",
        "{\"g\": 1}|payload.f: expected integer, found no such key",
        "{\"f\": 1, \"phones\": {}}|payload.phones: expected a list, found an object",
        "{\"f\": 1, \"phones\": [1]}|payload.phones: expected a list of objects, found a number in it",
        "{\"f\": 1, \"phones\": [{}]}|payload.phones.line: expected integer, found no such key",
      })
  void shouldRefuseAPayloadThatIsNotWhatIsDeclared(String json, String message) {
    var events = new EventRows(table(List.of("agg"), field("f", "integer", true)));
    assertThatThrownBy(() -> events.read(event(json)))
        .isInstanceOf(MappingException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldNotTakeWhatStandsInThePlaceOfAnObjectForNothing() {
    var events = new EventRows(table(List.of("agg"), field("a.c", "text", false)));
    assertThatThrownBy(() -> events.read(event("{\"a\": \"x\"}")))
        .isInstanceOf(MappingException.class)
        .hasMessage("payload.a.c: expected an object above 'c', found a text");
    assertThatCode(() -> events.read(event("{\"a\": null}"))).doesNotThrowAnyException();
    assertThatCode(() -> events.read(event("{}"))).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseAPayloadThatIsTooDeep() {
    var events = new EventRows(table(List.of("agg"), field("f", "jsonb", true)));
    String deep = "{\"f\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> events.read(event(deep)))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("at most 100 levels");
    assertThatThrownBy(() -> events.read(event(null)))
        .isInstanceOf(MappingException.class)
        .hasMessage("payload: expected a JSON object, found NULL");
  }

  @Test
  void shouldNameAnEventByItsColumnsWhateverItsPayloadIs() {
    var events = new EventRows(table(List.of("agg"), field("f", "integer", true)));
    Row named = events.named(event("secret{"));
    assertThat(named.value("agg")).isEqualTo(7);
    assertThat(named.value("f")).isSameAs(Row.UNKNOWN);
  }

  @Test
  void shouldNameAnEventByItsPayloadWhateverElseIsWrongInIt() {
    var events =
        new EventRows(
            table(List.of("no"), field("no", "integer", true), field("f", "integer", true)));
    Row named = events.named(event("{\"no\": 9, \"f\": \"wrong\"}"));
    assertThat(named.value("no")).isEqualTo(9);
    assertThat(named.value("f")).isSameAs(Row.UNKNOWN);
    assertThatThrownBy(() -> events.named(event("{}"))).isInstanceOf(MappingException.class);
  }

  @Test
  void shouldKnowWhoseAnEventIsAndWhatItSays() {
    var table = table(List.of("agg"), field("f", "integer", true));
    assertThat(table.concerns(event(1, "person", "Changed", "{}"))).isTrue();
    assertThat(table.concerns(event(1, "order", "Changed", "{}"))).isFalse();
    assertThat(table.isDeletion(event(1, "person", "Deleted", null))).isTrue();
    assertThat(table.isDeletion(event(1, "person", "Changed", null))).isFalse();
    assertThat(table.compare(event(2, "person", "a", "{}"), event(10, "person", "b", "{}")))
        .isNegative();
  }
}
