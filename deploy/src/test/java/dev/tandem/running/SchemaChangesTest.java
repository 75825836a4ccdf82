package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.running.MovingLegacy.Running;
import dev.tandem.running.MovingLegacy.Table;
import dev.tandem.status.SchemaNotices;
import dev.tandem.status.StatusReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every way in which a legacy table may change, on a running migration that is written to all the
/// time: what the mapping does not use goes on, what it cannot follow stops its domain alone, and
/// goes on when the spec was corrected.
class SchemaChangesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String FIELDS =
      """
      {"name": "id", "type": "int"}, {"name": "touched", "type": "long"},
      {"name": "name", "type": ["null", "string"], "default": null}""";
  private static final String COLUMNS = "id int PRIMARY KEY, touched int NOT NULL, name text";
  private static final String TARGET = "id int PRIMARY KEY, touched bigint NOT NULL, name text";
  private static final String MAP = "id: id, touched: touched, name: name";

  private static Table table(String name, String columns) {
    return new Table(name, columns, FIELDS, TARGET, MAP);
  }

  private static final List<Table> TABLES =
      List.of(
          table("quiet", COLUMNS + ", spare int, other text"),
          new Table(
              "lively",
              "id int PRIMARY KEY, touched int NOT NULL, name mood",
              FIELDS,
              TARGET,
              "id: id, touched: touched, name: { lookup: name, values: { good: GOOD } }"),
          table("wide", COLUMNS),
          table("renamed", COLUMNS),
          table("dropped", COLUMNS),
          table("moved", COLUMNS),
          table("keyed", COLUMNS + ", other serial NOT NULL UNIQUE"),
          new Table(
              "parted",
              "id int PRIMARY KEY, touched int NOT NULL, name text) PARTITION BY RANGE (id",
              FIELDS,
              TARGET,
              MAP));

  @TempDir private Path directory;

  @Test
  void shouldGoOnWhereItCanAndStopOneDomainWhereItCannotAndLoseNothing() throws Exception {
    try (var legacy =
        new MovingLegacy(directory, List.of("CREATE TYPE mood AS ENUM ('good')"), TABLES)) {
      legacy.legacy(
          "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000)",
          "CREATE UNIQUE INDEX keyed_id ON keyed (id)");
      for (Table table : TABLES) {
        String name = table.name().equals("lively") ? "'good'" : "'n' || i";
        legacy.legacy(
            "INSERT INTO %s (id, touched, name) SELECT i, 0, %s FROM generate_series(1, 50) i"
                .formatted(table.name(), name));
      }
      Path spec = legacy.spec(Map.of());
      var migration = legacy.migration(spec);
      try (var status = status(migration);
          var load = legacy.load()) {
        try (Running running = legacy.run(spec)) {
          TABLES.forEach(table -> legacy.awaitEqual(table.name(), query(table.name()), load));
          load.start();
          load.awaitWrites(200);
          goOn(legacy);
          load.awaitWrites(200);
          stop(legacy);
          load.awaitWrites(200);
          awaitStopped(running, List.of("renamed", "dropped", "moved", "keyed"));
          for (String table : List.of("quiet", "lively", "wide", "parted")) {
            legacy.awaitEqual(table, query(table), load);
          }
          assertThat(deadLetters(status)).isEqualTo(Map.of("lively", 1L));
          awaitCatalog(
              migration,
              Map.of(
                  "quiet",
                      "column filled added with a default, which rows of before may have without"
                          + " being captured",
                  "lively", "value bad added to mood of column name",
                  "parted", "partition public.parted_2 attached"));
          assertNotices(migration, running);
          assertThat(notFollowed(status)).containsExactly("dropped", "keyed", "moved", "renamed");
        }
        legacy.legacy(
            "ALTER TABLE keyed DROP CONSTRAINT keyed_pkey, ADD PRIMARY KEY (id)",
            "UPDATE lively SET name = 'good' WHERE id = 7");
        Path corrected =
            legacy.spec(
                Map.of(
                    "renamed", "{ root: public.renamed, renamed: { name: label } }",
                    "dropped", "{ root: public.dropped, absent: { name: text } }",
                    "moved", "{ root: public.moved_on, formerly: public.moved }"));
        try (var said = status(legacy.migration(corrected))) {
          assertThat(notFollowed(said)).containsExactly("keyed");
        }
        try (Running running = legacy.run(corrected)) {
          awaitStopped(running, List.of("keyed"));
          load.awaitWrites(200);
          legacy.legacy("UPDATE dropped SET touched = touched + 1000");
          load.close();
          for (Table table : TABLES) {
            if (!table.name().equals("keyed")) {
              legacy.awaitEqual(table.name(), corrected(table.name()), load);
            }
          }
          assertThat(deadLetters(status)).isEqualTo(Map.of("lively", 1L));
          Awaitility.await()
              .atMost(PATIENCE)
              .until(() -> status.openDivergences().orElseThrow().isEmpty());
          awaitStopped(running, List.of("keyed"));
        }
      }
    }
  }

  /// The domains of which the status says that they cannot go on.
  private static List<String> notFollowed(StatusReader status) {
    return status.schemaChanges().stream()
        .filter(change -> !change.finding().isEmpty())
        .map(SchemaChanged::domain)
        .sorted()
        .toList();
  }

  /// What the target should have of a table: of the row that cannot be translated what it had.
  private static String query(String table) {
    return table.equals("lively")
        ? "SELECT id, touched, CASE WHEN name IS NOT NULL THEN 'GOOD' END FROM lively WHERE id <> 7"
            + " UNION SELECT 7, 0, 'GOOD'"
        : "SELECT id, touched, name FROM " + table;
  }

  /// The same of the tables as they are called in the end.
  private static String corrected(String table) {
    return switch (table) {
      case "lively" -> "SELECT id, touched, upper(name::text) FROM lively";
      case "renamed" -> "SELECT id, touched, label FROM renamed";
      case "dropped" -> "SELECT id, touched, NULL FROM dropped";
      case "moved" -> "SELECT id, touched, name FROM moved_on";
      default -> query(table);
    };
  }

  /// What no mapping is concerned with, what it can follow, and a value that it does not know.
  private static void goOn(MovingLegacy legacy) throws Exception {
    legacy.legacy(
        "ALTER TABLE quiet ADD COLUMN extra text",
        "UPDATE quiet SET extra = 'e', name = 'a' WHERE id < 10",
        "ALTER TABLE quiet ADD COLUMN filled int NOT NULL DEFAULT 5",
        "UPDATE quiet SET name = 'b' WHERE id < 10",
        "ALTER TABLE quiet ALTER COLUMN name SET DEFAULT 'd'",
        "INSERT INTO quiet (id, touched) VALUES (151, 0)",
        "ALTER TABLE quiet ALTER COLUMN spare TYPE text",
        "UPDATE quiet SET name = 'c' WHERE id < 10",
        "ALTER TABLE quiet RENAME COLUMN other TO another",
        "UPDATE quiet SET name = NULL WHERE id < 5",
        "ALTER TABLE quiet DROP COLUMN spare",
        "UPDATE quiet SET name = 'f' WHERE id < 3");
    legacy.legacy(
        "ALTER TYPE mood ADD VALUE 'bad'",
        "UPDATE lively SET name = 'bad' WHERE id = 7",
        "ALTER TABLE wide ALTER COLUMN touched TYPE bigint",
        "UPDATE wide SET touched = 22222222222 WHERE id = 1",
        "DELETE FROM wide WHERE id = 2",
        "UPDATE wide SET touched = 5 WHERE id = 1",
        "ALTER TABLE wide ALTER COLUMN touched TYPE int",
        "UPDATE wide SET name = 'again' WHERE id < 10",
        "CREATE TABLE parted_2 (LIKE parted INCLUDING ALL)",
        "ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (1000) TO (2000)",
        "INSERT INTO parted VALUES (1101, 0, 'p'), (1102, 0, 'p')",
        "UPDATE parted SET id = id + 1000 WHERE id < 10");
  }

  /// What a mapping cannot follow.
  private static void stop(MovingLegacy legacy) throws Exception {
    legacy.legacy(
        "ALTER TABLE renamed RENAME COLUMN name TO label",
        "UPDATE renamed SET label = 'l' WHERE id < 10",
        "ALTER TABLE dropped DROP COLUMN name",
        "INSERT INTO dropped (id, touched) VALUES (151, 0)",
        "ALTER TABLE moved RENAME TO moved_on",
        "UPDATE moved_on SET name = 'm' WHERE id < 10",
        "DELETE FROM moved_on WHERE id = 10",
        "ALTER TABLE keyed DROP CONSTRAINT keyed_pkey, ADD PRIMARY KEY (other)",
        "DELETE FROM keyed WHERE id = 3");
  }

  private static void awaitStopped(Running running, List<String> domains) {
    var parts = new ArrayList<String>();
    domains.forEach(domain -> parts.addAll(List.of("translate " + domain, "reconcile " + domain)));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var lines = running.health().lines();
              assertThat(lines.stream().filter(line -> line.endsWith(": stopped")))
                  .containsExactlyInAnyOrderElementsOf(
                      parts.stream().map(part -> part + ": stopped").toList());
              assertThat(lines.stream().filter(line -> line.endsWith(": waiting"))).isEmpty();
            });
  }

  /// Each change was told once, with the line of the spec where it matters.
  private static void assertNotices(dev.tandem.run.Migration migration, Running running) {
    List<SchemaChanged> all = SchemaNotices.all(migration.kafka().objects(), migration.name());
    assertThat(changes(all, "quiet"))
        .containsExactly(
            "[column extra (text) added]",
            "[column filled (int) added]",
            "[column spare retyped from int to text]",
            "[column other (text) dropped, column another (text) added]",
            "[column spare (text) dropped]");
    assertThat(changes(all, "wide"))
        .containsExactly(
            "[column touched widened from int to long]",
            "[column touched narrowed from long to int]");
    assertThat(changes(all, "renamed"))
        .containsExactly("[column name (text) dropped, column label (text) added]");
    assertThat(changes(all, "dropped")).containsExactly("[column name (text) dropped]");
    assertThat(changes(all, "moved"))
        .containsExactly("[the table public.moved is called public.moved_on]");
    assertThat(changes(all, "keyed")).containsExactly("[primary key changed from [id] to [other]]");
    assertThat(finding(all, "renamed"))
        .contains(
            "public.renamed", "column name", "Renamed.name", "moving.yaml:", "renamed: { name");
    assertThat(finding(all, "dropped")).contains("absent: { name: its type }");
    assertThat(finding(all, "moved")).contains("public.moved_on", "formerly");
    assertThat(finding(all, "keyed")).contains("primary key of public.keyed is (other)");
    assertThat(
            all.stream().filter(notice -> notice.domain().equals("quiet") && !notice.isOfCatalog()))
        .noneMatch(SchemaChanged::isTouched);
    double counted =
        running.metrics().find("tandem.schema.changes").counters().stream()
            .mapToDouble(counter -> counter.count())
            .sum();
    assertThat(counted).isEqualTo(all.size());
  }

  /// What no row shows was told too.
  private static void awaitCatalog(
      dev.tandem.run.Migration migration, Map<String, String> changes) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var all = SchemaNotices.all(migration.kafka().objects(), migration.name());
              changes.forEach(
                  (domain, change) ->
                      assertThat(all)
                          .filteredOn(it -> it.isOfCatalog() && it.domain().equals(domain))
                          .flatExtracting(SchemaChanged::changes)
                          .contains(change));
            });
  }

  private static List<String> changes(List<SchemaChanged> all, String domain) {
    return all.stream()
        .filter(notice -> notice.domain().equals(domain) && !notice.isOfCatalog())
        .map(notice -> notice.changes().toString())
        .toList();
  }

  private static String finding(List<SchemaChanged> all, String domain) {
    return all.stream()
        .filter(notice -> notice.domain().equals(domain) && !notice.isOfCatalog())
        .reduce((_, last) -> last)
        .orElseThrow()
        .finding();
  }

  private static StatusReader status(dev.tandem.run.Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  private static Map<String, Long> deadLetters(StatusReader status) throws Exception {
    var letters = new java.util.TreeMap<String, Long>();
    status
        .read()
        .forEach(
            domain -> {
              if (domain.deadLetters() > 0) {
                letters.put(domain.domain(), domain.deadLetters());
              }
            });
    return letters;
  }
}
