package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.stack.StoreAddress;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every type that can be carried, with its edge values, goes from the legacy store to the target
/// and comes back as observed without a difference, swept, inserted and updated; and a difference
/// in any of the columns is found and named.
class TypesReconciledTest {
  private static final String UUID = "{\"type\":\"string\",\"logicalType\":\"uuid\"}";
  private static final String DECIMAL =
      "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":12,\"scale\":2}";

  /// A legacy column, the contract field and the target column that it goes to, and values.
  ///
  /// @param other a target value that differs from the first one
  private record Case(
      String legacy, String field, String target, String other, List<String> values) {
    Case(String legacy, String field, String target, String other, String... values) {
      this(legacy, field, target, other, List.of(values));
    }
  }

  private static String logical(String type, String name) {
    return "{\"type\":\"" + type + "\",\"logicalType\":\"" + name + "\"}";
  }

  private static String list(String items) {
    return "{\"type\":\"array\",\"items\":[\"null\"," + items + "]}";
  }

  private static final List<Case> CASES =
      List.of(
          new Case("bool", "\"boolean\"", "bool", "f", "t", "f"),
          new Case("int2", "\"int\"", "int4", "0", "-32768", "32767"),
          new Case("int4", "\"int\"", "int4", "0", "-2147483648", "2147483647"),
          new Case("int4", "\"long\"", "numeric(30,4)", "0", "-2147483648", "7"),
          new Case("int8", "\"long\"", "int8", "0", "-9223372036854775808", "9223372036854775807"),
          new Case("oid", "\"long\"", "int8", "0", "4294967295", "0"),
          new Case("float4", "\"float\"", "float4", "0", "NaN", "-Infinity", "-0", "1e-45", "0.1"),
          new Case("float4", "\"float\"", "float8", "0", "0.1", "3.4028235e38", "NaN"),
          new Case(
              "float8",
              "\"double\"",
              "float8",
              "0",
              "NaN",
              "-0",
              "5e-324",
              "1.7976931348623157e308"),
          new Case("numeric", "\"string\"", "text", "0", "1.00", "-0.0", "1e100", "1e-22", "NaN"),
          new Case("numeric(12,2)", DECIMAL, "numeric(14,4)", "0", "-12345.60", "0.05", "1", "0"),
          new Case("numeric(12,2)", DECIMAL, "numeric", "0", "9999999999.99", "-0.10"),
          new Case("text", "\"string\"", "text", "x", "ü€😀\u2028\u0001", "", "NULL", "a\\b'c\""),
          new Case("text", "\"string\"", "varchar(20)", "x", "é", "e\u0301", " padded "),
          new Case("char(5)", "\"string\"", "char(5)", "x", "ab", ""),
          new Case("char(3)[]", list("\"string\""), "char(3)[]", "{x}", "{a,NULL,\"b c\"}", "{}"),
          new Case("varchar(5)[]", list("\"string\""), "varchar(5)[]", "{x}", "{a,\" b \"}"),
          new Case("citext", "\"string\"", "citext", "x", "Ab", "aB"),
          new Case("label", "\"string\"", "label", "x", "a", "ü"),
          new Case("cents", "\"long\"", "cents", "0", "-7", "9223372036854775807"),
          new Case("bytea", "\"bytes\"", "bytea", "\\x01", "\\x00ff10", ""),
          new Case(
              "date",
              logical("int", "date"),
              "date",
              "2000-01-01",
              "2024-02-29",
              "0044-03-15 BC",
              "5874897-12-31"),
          new Case(
              "timestamp",
              logical("long", "local-timestamp-micros"),
              "timestamp",
              "2000-01-01",
              "2024-02-29 12:34:56.123456",
              "1969-12-31 23:59:59.999999",
              "0044-03-15 10:00:00 BC"),
          new Case(
              "timestamp(3)",
              logical("long", "local-timestamp-millis"),
              "timestamp(3)",
              "2000-01-01",
              "2024-02-29 12:34:56.123"),
          new Case(
              "timestamptz",
              logical("long", "timestamp-micros"),
              "timestamptz",
              "2000-01-01Z",
              "2024-10-27 02:30:00+01",
              "4713-01-01 00:00:00+00 BC"),
          new Case(
              "time",
              logical("long", "time-micros"),
              "time",
              "01:00",
              "23:59:59.999999",
              "00:00:00",
              "24:00:00"),
          new Case(
              "uuid",
              UUID,
              "uuid",
              "00000000-0000-0000-0000-000000000000",
              "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
          new Case(
              "json", "\"string\"", "json", "0", "{\"b\": 1,  \"a\": 1e400, \"a\":null}", "null"),
          new Case(
              "jsonb",
              "\"string\"",
              "jsonb",
              "0",
              "{\"b\": 1.50,  \"a\": 123456789012345678901234567890}",
              "null"),
          new Case(
              "json",
              "\"string\"",
              "jsonb",
              "0",
              "{\"b\": 1.50,  \"a\": [1e2, \"ü\"], \"a\":null}",
              "[]"),
          new Case("inet", "\"string\"", "inet", "1.1.1.1", "192.168.1.1", "10.0.0.0/8", "::1"),
          new Case("cidr", "\"string\"", "cidr", "1.1.1.1/32", "10.0.0.0/8"),
          new Case("macaddr", "\"string\"", "macaddr", "08:00:2b:01:02:04", "08:00:2b:01:02:03"),
          new Case(
              "macaddr8",
              "\"string\"",
              "macaddr8",
              "08:00:2b:01:02:03:04:06",
              "08:00:2b:01:02:03:04:05"),
          new Case("int4range", "\"string\"", "int4range", "empty", "[1,5)", "(,)"),
          new Case("int8range", "\"string\"", "int8range", "empty", "[-9223372036854775808,5]"),
          new Case("numrange", "\"string\"", "numrange", "empty", "[1.50,2.0]", "(,1e3)"),
          new Case("daterange", "\"string\"", "daterange", "empty", "[2024-02-28,infinity)"),
          new Case("tsrange", "\"string\"", "tsrange", "empty", "[2024-02-28 10:00,)"),
          new Case("tsvector", "\"string\"", "tsvector", "c:3", "a:1 b:2"),
          new Case("mood", "\"string\"", "text", "x", "it's", "ok"),
          new Case(
              "text[]", list("\"string\""), "text[]", "{x}", "{a,NULL,\"NULL\",\"x,y\"}", "{}"),
          new Case("int4[]", list("\"int\""), "int4[]", "{0}", "{1,NULL,-3}", "{}"),
          new Case("int8[]", list("\"long\""), "int8[]", "{0}", "{9223372036854775807}"),
          new Case(
              "uuid[]", list(UUID), "uuid[]", "{}", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,NULL}"));

  /// A value that no contract can hold: the row that has it becomes a dead letter, and is told of.
  private record Unfit(String legacy, String value) {
    /// The rest of an INSERT.
    String row(int id) {
      int column = CASES.stream().map(Case::legacy).toList().indexOf(legacy);
      return "(id, c" + column + ") VALUES (" + id + ", '" + value + "')";
    }
  }

  private static final List<Unfit> UNFIT =
      List.of(
          new Unfit("date", "infinity"),
          new Unfit("date", "-infinity"),
          new Unfit("timestamp", "infinity"),
          new Unfit("timestamp", "-infinity"),
          new Unfit("timestamp", "294276-12-31 23:59:59.999999"),
          new Unfit("timestamptz", "infinity"),
          new Unfit("timestamptz", "-infinity"),
          new Unfit("timestamptz", "294276-12-31 23:59:59.999999+00"),
          new Unfit("numeric(12,2)", "NaN"));

  private static final int SWEPT = 5000;
  private static final int STREAMED = 6000;

  private static final int ROWS =
      CASES.stream().mapToInt(each -> each.values.size()).max().orElseThrow() + 1;

  @TempDir private Path directory;

  @Test
  void shouldSeeNoDifferenceWhereThereIsNoneAndEachWhereThereIsOne() throws Exception {
    try (var stage = new TypesStage(directory)) {
      for (StoreAddress store : List.of(stage.legacy(), stage.target())) {
        stage.execute(
            store,
            "CREATE EXTENSION citext",
            "CREATE DOMAIN label AS varchar(20)",
            "CREATE DOMAIN cents AS bigint",
            "CREATE TYPE mood AS ENUM ('it''s', 'ok')");
      }
      stage.execute(stage.legacy(), table("v", Case::legacy));
      stage.execute(stage.target(), table("w", Case::target));
      insert(stage, 0);
      insertUnfit(stage, SWEPT);
      run(stage);
      stage.awaitJudged();
      insert(stage, 1000);
      insertUnfit(stage, STREAMED);
      stage.execute(stage.legacy(), "UPDATE v SET touched = touched + 1");
      stage.awaitJudged("SELECT count(*) FROM w WHERE touched = 1", 2L * ROWS);
      assertThat(stage.events()).extracting(Divergence::kind).containsOnly(Kind.UNTRANSLATABLE);
      assertThat(stage.events().stream().map(TypesReconciledTest::id))
          .containsOnly(
              IntStream.of(SWEPT, STREAMED)
                  .boxed()
                  .flatMap(from -> IntStream.range(from, from + UNFIT.size()).boxed())
                  .toArray(Integer[]::new));
      sabotage(stage);
      assertThat(named(stage)).containsExactlyInAnyOrderElementsOf(fields());
    }
  }

  private static String table(String name, Function<Case, String> type) {
    return "CREATE TABLE "
        + name
        + " (id int PRIMARY KEY, touched int NOT NULL DEFAULT 0, "
        + IntStream.range(0, CASES.size())
            .mapToObj(i -> "c" + i + " " + type.apply(CASES.get(i)))
            .collect(Collectors.joining(", "))
        + ")";
  }

  private static List<String> fields() {
    return IntStream.range(0, CASES.size()).mapToObj(i -> "c" + i).toList();
  }

  private static void run(TypesStage stage) throws Exception {
    stage.contract(
        "v",
        "{\"type\":\"record\",\"name\":\"V\",\"namespace\":\"types\",\"fields\":["
            + "{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"touched\",\"type\":\"int\"},"
            + IntStream.range(0, CASES.size())
                .mapToObj(
                    i ->
                        "{\"name\":\"c"
                            + i
                            + "\",\"type\":[\"null\","
                            + CASES.get(i).field
                            + "],\"default\":null}")
                .collect(Collectors.joining(","))
            + "]}");
    String map =
        fields().stream().map(field -> field + ": " + field).collect(Collectors.joining(", "));
    stage.run(
        1,
        "id",
        """
        V:
          contract: contracts/v
          from: { root: public.v }
          key: id
          map: { id: id, touched: touched, %s }
          to: { table: public.w }
        """
            .formatted(map));
  }

  private static void insert(TypesStage stage, int from) throws SQLException {
    for (int row = 0; row < ROWS; row++) {
      int number = row;
      String values =
          CASES.stream()
              .map(
                  each ->
                      number < each.values.size()
                          ? "'" + each.values.get(number).replace("'", "''") + "'"
                          : "NULL")
              .collect(Collectors.joining(", "));
      stage.execute(
          stage.legacy(), "INSERT INTO v VALUES (" + (from + row) + ", 0, " + values + ")");
    }
  }

  private static int id(Divergence event) {
    return Integer.parseInt(event.key().getFirst().value());
  }

  private static void insertUnfit(TypesStage stage, int from) throws SQLException {
    for (int i = 0; i < UNFIT.size(); i++) {
      stage.execute(stage.legacy(), "INSERT INTO v " + UNFIT.get(i).row(from + i));
    }
  }

  /// In one row of its own each column is changed behind Tandem's back.
  private static void sabotage(TypesStage stage) throws SQLException {
    for (int i = 0; i < CASES.size(); i++) {
      Case each = CASES.get(i);
      stage.execute(
          stage.target(),
          "UPDATE w SET c%d = '%s' WHERE id = %d AND c%d IS NOT NULL"
              .formatted(i, each.other, i % 2 * 1000, i));
    }
  }

  /// The fields that the ledger has named as written by somebody else.
  private static Set<String> named(TypesStage stage) {
    var named = new TreeSet<String>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              for (Divergence event : stage.events()) {
                if (event.kind() == Kind.FOREIGN_WRITE && event.state() != State.CLOSED) {
                  event.fields().stream().map(FieldDifference::field).forEach(named::add);
                }
              }
              return named.size() == CASES.size();
            });
    return named;
  }
}
