package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.stack.StoreAddress;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows named by keys of each type that can name one, over several partitions: swept, inserted,
/// updated, given another key and deleted, both sides agree without a word between; and a row that
/// somebody else changed is found under its name, and repaired.
class KeyTypesTest {
  private static final int PARTITIONS = 3;

  /// The type of a legacy key, of the contract field and of the target column that it goes to.
  ///
  /// @param keys at least four, the last of which is free until the third is changed into it
  private record Case(String legacy, String field, String target, List<String> keys) {
    Case(String legacy, String field, String target, String... keys) {
      this(legacy, field, target, List.of(keys));
    }
  }

  private static String logical(String type, String name) {
    return "{\"type\":\"" + type + "\",\"logicalType\":\"" + name + "\"}";
  }

  private static final List<Case> CASES =
      List.of(
          new Case("int2", "\"int\"", "int4", "-32768", "32767", "0", "1"),
          new Case(
              "int8", "\"long\"", "int8", "-9223372036854775808", "9223372036854775807", "0", "-1"),
          new Case(
              "numeric(12,2)",
              "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":12,\"scale\":2}",
              "numeric(14,4)",
              "-0.10",
              "9999999999.99",
              "0",
              "1.00"),
          new Case("numeric", "\"string\"", "text", "1.00", "-1e30", "2.0", "2.00"),
          new Case("bool", "\"boolean\"", "bool", "t", "f"),
          new Case(
              "text", "\"string\"", "text", "a", "A", "a ", "", "NULL", "ü€😀", "é", "e\u0301"),
          new Case(
              "text", "\"string\"", "varchar(2000)", "x".repeat(2000), "y", "\u2028", "\u0001"),
          new Case("varchar(10)", "\"string\"", "text", "a'b\"c\\", ",", " ", "(x)"),
          new Case("char(5)", "\"string\"", "char(5)", "ab", "", "abcde", "AB"),
          new Case("citext", "\"string\"", "text", "Ab", "b", "cD", "Cd"),
          new Case(
              "uuid",
              logical("string", "uuid"),
              "uuid",
              "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
              "00000000-0000-0000-0000-000000000000",
              "ffffffff-ffff-ffff-ffff-ffffffffffff",
              "10000000-0000-0000-0000-000000000000"),
          new Case("mood", "\"string\"", "text", "it's", "ok", "bad", "so-so"),
          new Case("cents", "\"long\"", "int8", "1", "-1", "0", "2"),
          new Case(
              "date",
              logical("int", "date"),
              "date",
              "2024-02-29",
              "0044-03-15 BC",
              "1970-01-01",
              "1969-12-31"),
          new Case(
              "timestamp",
              logical("long", "local-timestamp-micros"),
              "timestamp",
              "2024-03-31 02:30",
              "1969-12-31 23:59:59.999999",
              "2024-10-27 02:30",
              "2024-10-27 01:30"),
          new Case(
              "timestamptz",
              logical("long", "timestamp-micros"),
              "timestamptz",
              "2024-10-27 02:30:00+01",
              "2024-10-27 02:30:00+02",
              "4713-01-01 00:00:00+00 BC",
              "2024-01-01 00:00:00+05:45"),
          new Case("inet", "\"string\"", "text", "10.0.0.1", "10.0.0.1/8", "::1", "::2"));

  @TempDir private Path directory;

  @Test
  void shouldNameRowsByKeysOfEachType() throws Exception {
    try (var stage = new TypesStage(directory)) {
      stage.execute(
          stage.legacy(),
          "CREATE EXTENSION citext",
          "CREATE DOMAIN cents AS bigint",
          "CREATE TYPE mood AS ENUM ('it''s', 'ok', 'bad', 'so-so')");
      for (int i = 0; i < CASES.size(); i++) {
        Case each = CASES.get(i);
        create(stage, stage.legacy(), "k" + i, each.legacy);
        create(stage, stage.target(), "w" + i, each.target);
        insert(stage, i, each.keys.subList(0, 1));
      }
      run(stage);
      stage.awaitJudged();
      write(stage);
      Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertEqual(stage));
      stage.awaitJudged();
      assertThat(stage.events()).isEmpty();
      assertFound(stage);
    }
  }

  private static void create(TypesStage stage, StoreAddress store, String table, String type)
      throws SQLException {
    stage.execute(
        store,
        "CREATE TABLE %s (id %s PRIMARY KEY, n int NOT NULL, p text NOT NULL)"
            .formatted(table, type),
        "ALTER TABLE " + table + " REPLICA IDENTITY FULL");
  }

  private static void insert(TypesStage stage, int table, List<String> keys) throws SQLException {
    for (String key : keys) {
      stage.execute(
          stage.legacy(),
          "INSERT INTO k%d VALUES (%s, 0, '%d')".formatted(table, quoted(key), key.length() % 5));
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /// The first key stands at the end of each table.
  private static void write(TypesStage stage) throws SQLException {
    for (int i = 0; i < CASES.size(); i++) {
      List<String> keys = CASES.get(i).keys;
      insert(stage, i, keys.subList(1, Math.max(2, keys.size() - 1)));
      stage.execute(stage.legacy(), "UPDATE k" + i + " SET n = n + 1");
      if (keys.size() > 2) {
        stage.execute(
            stage.legacy(),
            "UPDATE k%d SET id = %s WHERE id = %s"
                .formatted(i, quoted(keys.getLast()), quoted(keys.get(2))));
      }
      stage.execute(stage.legacy(), "DELETE FROM k" + i + " WHERE id = " + quoted(keys.get(1)));
    }
  }

  private static void run(TypesStage stage) throws Exception {
    for (int i = 0; i < CASES.size(); i++) {
      stage.contract(
          "k" + i,
          "{\"type\":\"record\",\"name\":\"K%d\",\"namespace\":\"types\",\"fields\":[{\"name\":\"id\",\"type\":%s},{\"name\":\"n\",\"type\":\"int\"},{\"name\":\"p\",\"type\":\"string\"}]}"
              .formatted(i, CASES.get(i).field));
    }
    stage.run(
        PARTITIONS,
        "p",
        IntStream.range(0, CASES.size())
            .mapToObj(
                i ->
                    """
                    K%1$d:
                      contract: contracts/k%1$d
                      from: { root: public.k%1$d }
                      key: id
                      map: { id: id, n: n, p: p }
                      to: { table: public.w%1$d }
                      repair: { policy: repair }
                    """
                        .formatted(i))
            .collect(Collectors.joining()));
  }

  private static void assertEqual(TypesStage stage) throws SQLException {
    var softly = new SoftAssertions();
    for (int i = 0; i < CASES.size(); i++) {
      // As the log and a query show it, which is not always what a cast to text gives.
      String target = CASES.get(i).target;
      String type = target.equals("text") ? "" : "::" + target;
      softly
          .assertThat(rows(stage, stage.target(), "w" + i, type))
          .as(CASES.get(i).legacy)
          .isEqualTo(rows(stage, stage.legacy(), "k" + i, type));
    }
    softly.assertAll();
  }

  private static List<String> rows(TypesStage stage, StoreAddress store, String table, String type)
      throws SQLException {
    return stage.rows(
        store,
        "SELECT format('%%s %%s %%s', id%s, n, p) FROM %s ORDER BY 1".formatted(type, table));
  }

  /// In each table one row is written behind Tandem's back.
  private static void assertFound(TypesStage stage) throws Exception {
    for (int i = 0; i < CASES.size(); i++) {
      stage.execute(
          stage.target(),
          "UPDATE w%d SET n = -1 WHERE id = %s".formatted(i, quoted(CASES.get(i).keys.getFirst())));
    }
    List<String> names = IntStream.range(0, CASES.size()).mapToObj(i -> "K" + i).toList();
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () -> {
              List<Divergence> events = stage.events();
              assertThat(entities(events.stream().filter(KeyTypesTest::isOpened)))
                  .containsExactlyInAnyOrderElementsOf(names);
              assertThat(entities(events.stream().filter(event -> event.state() == State.CLOSED)))
                  .containsExactlyInAnyOrderElementsOf(names);
            });
    assertEqual(stage);
  }

  private static boolean isOpened(Divergence event) {
    return event.state() == State.OPENED && event.kind() == Kind.FOREIGN_WRITE;
  }

  private static List<String> entities(Stream<Divergence> events) {
    return events.map(Divergence::entity).toList();
  }
}
