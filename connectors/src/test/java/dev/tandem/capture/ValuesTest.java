package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Every carried type, swept and streamed: both must give the same value.
class ValuesTest {
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final CaptureNames NAMES = new CaptureNames(TestPlan.MIGRATION);

  private static final Map<String, List<String>> VALUES =
      Map.ofEntries(
          Map.entry("bool", List.of("t", "f")),
          Map.entry("int2", List.of("-32768", "32767")),
          Map.entry("int4", List.of("-2147483648", "2147483647")),
          Map.entry("int8", List.of("-9223372036854775808", "9223372036854775807")),
          Map.entry("oid", List.of("0", "4294967295")),
          Map.entry(
              "float4", List.of("NaN", "Infinity", "-Infinity", "-0", "1e-45", "3.4028235e38")),
          Map.entry(
              "float8", List.of("NaN", "-Infinity", "-0", "5e-324", "1.7976931348623157e308")),
          Map.entry(
              "numeric",
              List.of(
                  "NaN",
                  "Infinity",
                  "-Infinity",
                  "1.00",
                  "-0.0",
                  "1e100",
                  "1e-22",
                  "0.00012",
                  "123456789012345678901234567890123456789.123456789",
                  "10000",
                  "100000000",
                  "0")),
          Map.entry("numeric(12,2)", List.of("1", "-12345.60", "0.05")),
          Map.entry("numeric(3,5)", List.of("0.00123")),
          Map.entry("text", List.of("", "NULL", "ü€😀\u2028\u0001", "a\\b'c\"")),
          Map.entry("varchar(10)", List.of("abc")),
          Map.entry("char(5)", List.of("ab", "", " a\t ")),
          Map.entry("bpchar", List.of("ab  ")),
          Map.entry("code", List.of("ab")),
          Map.entry("char(3)[]", List.of("{a,NULL,\"\"}", "{}")),
          Map.entry("bytea", List.of("", "\\x00ff10")),
          Map.entry(
              "date",
              List.of(
                  "2024-02-29",
                  "1582-10-04",
                  "0001-01-01",
                  "0044-03-15 BC",
                  "infinity",
                  "-infinity",
                  "5874897-12-31")),
          Map.entry(
              "timestamp",
              List.of(
                  "2024-02-29 12:34:56.123456",
                  "1969-12-31 23:59:59.999999",
                  "0001-01-01 00:00:00",
                  "0044-03-15 10:00:00 BC",
                  "infinity",
                  "-infinity")),
          Map.entry("timestamp(0)", List.of("2024-02-29 12:34:56")),
          Map.entry("timestamp(3)", List.of("2024-02-29 12:34:56.123")),
          Map.entry(
              "timestamptz",
              List.of(
                  "2024-02-29 12:34:56.123456+05:45",
                  "2024-10-27 02:30:00+01",
                  "infinity",
                  "-infinity",
                  "4713-01-01 00:00:00+00 BC")),
          Map.entry("time", List.of("00:00:00", "23:59:59.999999", "24:00:00")),
          Map.entry("time(0)", List.of("12:00:00")),
          Map.entry("uuid", List.of("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")),
          Map.entry("json", List.of("{\"b\": 1,  \"a\": 1e400, \"a\":null}", "null")),
          Map.entry("jsonb", List.of("{\"b\": 1,  \"a\": 123456789012345678901234567890}", "null")),
          Map.entry("inet", List.of("192.168.1.1", "10.0.0.0/8", "::1")),
          Map.entry("cidr", List.of("10.0.0.0/8")),
          Map.entry("macaddr", List.of("08:00:2b:01:02:03")),
          Map.entry("int4range", List.of("[1,5)", "empty", "(,)")),
          Map.entry("tsrange", List.of("[2024-01-01 00:00:00,infinity)")),
          Map.entry("tsvector", List.of("a:1 b:2")),
          Map.entry("mood", List.of("it''s", "ok")),
          Map.entry("cents", List.of("7")),
          Map.entry("amount", List.of("7.50", "-1", "NaN")),
          Map.entry("text[]", List.of("{}", "{a,NULL,\"NULL\",\"x,y\"}")),
          Map.entry("int4[]", List.of("{1,NULL,-3}", "{}")),
          Map.entry("int8[]", List.of("{9223372036854775807}")),
          Map.entry("uuid[]", List.of("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}")));

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void shouldGiveTheSameValueSweptAndStreamed() {
    var types = new ArrayList<>(VALUES.keySet());
    var columns = new StringBuilder("id int PRIMARY KEY");
    for (int i = 0; i < types.size(); i++) {
      columns.append(", c").append(i).append(' ').append(types.get(i));
    }
    POSTGRES.execute(
        "CREATE TYPE mood AS ENUM ('it''s', 'ok'); CREATE DOMAIN cents AS bigint;"
            + " CREATE DOMAIN amount AS numeric(12,2); CREATE DOMAIN code AS char(5)",
        "CREATE TABLE v (" + columns + ")",
        "CREATE PUBLICATION " + NAMES.publication() + " FOR TABLE v",
        "SELECT pg_create_logical_replication_slot('" + NAMES.slot() + "', 'pgoutput')");
    int rows = VALUES.values().stream().mapToInt(List::size).max().orElseThrow() + 1;
    for (int row = 0; row < rows; row++) {
      POSTGRES.execute(insert(types, row));
    }
    var outbox = new MemoryOutbox();
    try (var _ = outbox.capture(POSTGRES, TestPlan.of(1, new TableId("public", "v"), "id"))) {
      await().atMost(Duration.ofSeconds(60)).until(() -> outbox.records(0).size() >= 2 * rows + 2);
    }
    var swept = new HashMap<Object, Row>();
    var streamed = new HashMap<Object, Row>();
    for (OutboxRecord record : outbox.records(0)) {
      if (record instanceof OutboxRecord.Swept read) {
        swept.put(Objects.requireNonNull(read.row().value("id")), read.row());
      } else if (record instanceof OutboxRecord.Change change && change.after() != null) {
        streamed.put(Objects.requireNonNull(change.after().value("id")), change.after());
      }
    }
    assertThat(swept).hasSize(rows);
    assertThat(Objects.requireNonNull(streamed.get(0)).schema())
        .isEqualTo(Objects.requireNonNull(swept.get(0)).schema());
    var softly = new SoftAssertions();
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < types.size(); i++) {
        Object one = Objects.requireNonNull(swept.get(row)).value("c" + i);
        Object other = Objects.requireNonNull(streamed.get(row)).value("c" + i);
        softly.assertThat(one).as(types.get(i) + " of row " + row).isEqualTo(other);
        softly
            .assertThat(one == null)
            .as(types.get(i) + " of row " + row + " is null")
            .isEqualTo(row >= Objects.requireNonNull(VALUES.get(types.get(i))).size());
      }
    }
    BiFunction<String, Integer, @Nullable Object> read =
        (type, row) -> Objects.requireNonNull(swept.get(row)).value("c" + types.indexOf(type));
    softly.assertThat(read.apply("char(5)", 0)).isEqualTo("ab");
    softly.assertThat(read.apply("char(5)", 2)).isEqualTo(" a\t");
    softly.assertThat(read.apply("bpchar", 0)).isEqualTo("ab");
    softly.assertThat(read.apply("code", 0)).isEqualTo("ab");
    softly.assertThat(read.apply("char(3)[]", 0)).isEqualTo(Arrays.asList("a", null, ""));
    softly.assertAll();
  }

  private static String insert(List<String> types, int row) {
    var sql = new StringBuilder("INSERT INTO v VALUES (" + row);
    for (String type : types) {
      List<String> values = Objects.requireNonNull(VALUES.get(type));
      sql.append(", ")
          .append(
              row < values.size()
                  ? "E'"
                      + values.get(row).replace("\\", "\\\\").replace("''", "'").replace("'", "''")
                      + "'"
                  : "NULL");
    }
    return sql.append(")").toString();
  }
}
