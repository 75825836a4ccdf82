package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.run.Migration;
import dev.tandem.running.MovingLegacy.Load;
import dev.tandem.running.MovingLegacy.Running;
import dev.tandem.running.MovingLegacy.Table;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.Divergence.Kind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every way in which a legacy table may change, on a running migration that is written to all the
/// time, and after each the target made again from the outbox, where the rows of before stand
/// beside those of behind: it is equal to the legacy store, as SQL on both says.
class SchemaRebuildTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String FIELDS =
      """
      {"name": "id", "type": "int"}, {"name": "touched", "type": "long"},
      {"name": "name", "type": ["null", "string"], "default": null}""";
  private static final String COLUMNS = "id int PRIMARY KEY, touched int NOT NULL, name text";
  private static final String TARGET = "id int PRIMARY KEY, touched bigint NOT NULL, name text";
  private static final String MAP = "id: id, touched: touched, name: name";
  private static final String LIVELY =
      "id: id, touched: touched, name: { lookup: name, values: { good: GOOD%s } }";
  private static final String CAST = "id: id, touched: { cast: touched, to: long }, name: name";

  @TempDir private Path directory;

  private static Table table(String name, String columns) {
    return table(name, columns, MAP);
  }

  private static Table table(String name, String columns, String map) {
    return new Table(name, columns, FIELDS, TARGET, map);
  }

  private static Table going(String name) {
    return new Table(name, COLUMNS, FIELDS, TARGET, MAP, "continue");
  }

  @Test
  @Tag("nightly")
  void shouldMakeTheTargetAgainAcrossEveryChangeThatTheMappingFollows() throws Exception {
    var tables =
        List.of(
            table("added", COLUMNS),
            table("defaulted", COLUMNS),
            table("spare", COLUMNS + ", spare int, other text"),
            table("wide", COLUMNS),
            table("narrow", "id int PRIMARY KEY, touched bigint NOT NULL, name text"),
            table("moody", "id int PRIMARY KEY, touched int NOT NULL, name mood"),
            table(
                "lively",
                "id int PRIMARY KEY, touched int NOT NULL, name mood",
                LIVELY.formatted("")),
            table(
                "parted",
                "id int PRIMARY KEY, touched int NOT NULL, name text) PARTITION BY RANGE (id"));
    try (var legacy =
            new MovingLegacy(directory, List.of("CREATE TYPE mood AS ENUM ('good')"), tables);
        var load = legacy.load()) {
      legacy.legacy("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000)");
      fill(legacy, tables, Set.of("moody", "lively"));
      Path spec = legacy.spec(Map.of());
      var tandem = new Commands(spec);
      var scene = new Scene(legacy, tandem, load);
      try (var _ = legacy.run(spec);
          var status = status(legacy.migration(spec))) {
        tables.forEach(table -> legacy.awaitEqual(table.name(), followed(table.name()), load));
        load.start();
        load.awaitWrites(200);
        follow(legacy);
        load.awaitWrites(200);
        tandem.done("backfill", "--domain", "parted", "start", "--wait");
        awaitOpen(status, Map.of("lively", Map.of(Kind.UNTRANSLATABLE, 1L)));
        for (Table table : tables) {
          legacy.awaitEqual(table.name(), followed(table.name()), load);
          if (!table.name().equals("lively")) {
            scene.again(table.name(), followed(table.name()));
          }
        }
      }
      Path known =
          legacy.spec("known.yaml", Map.of(), Map.of("lively", LIVELY.formatted(", bad: BAD")));
      var corrected = new Commands(known);
      corrected.done(
          "rebuild", "start", "--domain", "lively", "--from", "outbox", "--live-spec", "" + spec);
      try (var _ = legacy.run(known);
          var status = status(legacy.migration(known))) {
        new Scene(legacy, corrected, load)
            .takeOver("lively", "SELECT id, touched, upper(name::text) FROM lively");
        load.awaitWrites(200);
        load.close();
        awaitOpen(status, Map.of());
        for (Table table : tables) {
          if (!table.name().equals("lively")) {
            legacy.awaitEqual(table.name(), followed(table.name()), load);
          }
        }
      }
    }
  }

  @Test
  @Tag("nightly")
  void shouldMakeTheTargetAgainAcrossEveryChangeThatStopsADomainOrMakesDeadLetters()
      throws Exception {
    var tables =
        List.of(
            table("renamed", COLUMNS),
            table("dropped", COLUMNS),
            table("retyped", COLUMNS),
            table("moved", COLUMNS),
            table("keyed", COLUMNS + ", other serial NOT NULL UNIQUE"),
            going("renamedgo"),
            going("droppedgo"),
            going("retypedgo"));
    var going = List.of("renamedgo", "droppedgo", "retypedgo");
    try (var legacy = new MovingLegacy(directory, List.of(), tables);
        var load = legacy.load()) {
      legacy.legacy("CREATE UNIQUE INDEX keyed_id ON keyed (id)");
      fill(legacy, tables, Set.of());
      Path spec = legacy.spec(Map.of());
      try (var running = legacy.run(spec);
          var status = status(legacy.migration(spec))) {
        tables.forEach(table -> legacy.awaitEqual(table.name(), stopped(table.name()), load));
        load.start();
        load.awaitWrites(200);
        // What goes on takes every row for a dead letter, and stops where most are.
        load.spare(Set.copyOf(going));
        load.awaitWrites(200);
        stop(legacy);
        load.awaitWrites(200);
        awaitStopped(running, List.of("renamed", "dropped", "retyped", "moved", "keyed"));
        awaitOpen(status, open(going, 9));
      }
      Path corrected = corrected(legacy);
      var tandem = new Commands(corrected);
      var scene = new Scene(legacy, tandem, load);
      for (String table : List.of("retyped", "retypedgo")) {
        tandem.done("rebuild", "start", "--domain", table, "--from", "outbox", "--live-unfed");
      }
      try (var _ = legacy.run(corrected);
          var status = status(legacy.migration(corrected))) {
        load.spare(Set.of());
        load.awaitWrites(200);
        for (String domain : List.of("renamedgo", "dropped", "droppedgo")) {
          tandem.done("backfill", "--domain", domain, "start", "--wait");
        }
        for (String table : List.of("retyped", "retypedgo")) {
          scene.takeOver(table, after(table));
        }
        for (String table :
            List.of("renamed", "dropped", "moved", "keyed", "renamedgo", "droppedgo")) {
          legacy.awaitEqual(table, after(table), load);
          scene.again(table, after(table));
        }
        load.awaitWrites(200);
        load.close();
        for (Table table : tables) {
          legacy.awaitEqual(table.name(), after(table.name()), load);
        }
        awaitOpen(status, Map.of());
      }
    }
  }

  private static void fill(MovingLegacy legacy, List<Table> tables, Set<String> moods)
      throws Exception {
    for (Table table : tables) {
      legacy.legacy(
          "INSERT INTO %s (id, touched, name) SELECT i, 0, %s FROM generate_series(1, 50) i"
              .formatted(table.name(), moods.contains(table.name()) ? "'good'" : "'n' || i"));
    }
  }

  /// A migration with its operator and its load.
  private record Scene(MovingLegacy legacy, Commands tandem, Load load) {
    /// Makes the target again from the outbox beside the live one, compares both, and leaves the
    /// new one.
    void again(String table, String query) {
      tandem.done("rebuild", "start", "--domain", table, "--from", "outbox");
      tandem.done("rebuild", "promote", "--domain", table, "--wait");
      legacy.awaitEqual(table, query, load);
      legacy.awaitKeptEqual(table, query, load);
      tandem.done("rebuild", "cleanup", "--domain", table);
    }

    /// The same of a generation with another mapping, which was started.
    void takeOver(String table, String query) {
      tandem.done("rebuild", "promote", "--domain", table, "--wait");
      legacy.awaitEqual(table, query, load);
      tandem.done("rebuild", "cleanup", "--domain", table);
    }
  }

  /// What no mapping is concerned with, what it can follow, and a value that it does not know.
  private static void follow(MovingLegacy legacy) throws Exception {
    legacy.legacy(
        "ALTER TABLE added ADD COLUMN extra text",
        "UPDATE added SET extra = 'e', name = 'a' WHERE id < 10",
        "ALTER TABLE added ADD COLUMN filled int NOT NULL DEFAULT 5",
        "UPDATE added SET name = 'b' WHERE id < 8",
        "ALTER TABLE defaulted ALTER COLUMN name SET DEFAULT 'd'",
        "INSERT INTO defaulted (id, touched) VALUES (151, 0), (152, 0)",
        "ALTER TABLE spare ALTER COLUMN spare TYPE text",
        "UPDATE spare SET name = 'c' WHERE id < 10",
        "ALTER TABLE spare RENAME COLUMN other TO another",
        "UPDATE spare SET name = NULL WHERE id < 5",
        "ALTER TABLE spare DROP COLUMN spare",
        "UPDATE spare SET name = 'f' WHERE id < 3",
        "DELETE FROM spare WHERE id = 9");
    legacy.legacy(
        "ALTER TABLE wide ALTER COLUMN touched TYPE bigint",
        "UPDATE wide SET touched = 22222222222 WHERE id = 1",
        "DELETE FROM wide WHERE id = 2",
        "ALTER TABLE narrow ALTER COLUMN touched TYPE int",
        "UPDATE narrow SET name = 'n' WHERE id < 10",
        "DELETE FROM narrow WHERE id = 2",
        "ALTER TYPE mood ADD VALUE 'bad'",
        "UPDATE moody SET name = 'bad' WHERE id < 10",
        "UPDATE lively SET name = 'bad' WHERE id = 7");
    // The rows of a table that is attached are not logged.
    legacy.legacy(
        "CREATE TABLE parted_2 (LIKE parted INCLUDING ALL)",
        "INSERT INTO parted_2 VALUES (1101, 0, 'p'), (1102, 0, 'p')",
        "ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (1000) TO (2000)",
        "INSERT INTO parted VALUES (1103, 0, 'p')",
        "UPDATE parted SET id = id + 1000 WHERE id < 10");
  }

  /// What the target should have: of the row that cannot be translated what it had.
  private static String followed(String table) {
    return switch (table) {
      case "lively" ->
          "SELECT id, touched, CASE WHEN name IS NOT NULL THEN 'GOOD' END FROM lively WHERE id <> 7"
              + " UNION SELECT 7, 0, 'GOOD'";
      default -> "SELECT id, touched, name FROM " + table;
    };
  }

  /// What a mapping cannot follow.
  private static void stop(MovingLegacy legacy) throws Exception {
    for (String go : List.of("", "go")) {
      legacy.legacy(
          "ALTER TABLE renamed%s RENAME COLUMN name TO label".formatted(go),
          "UPDATE renamed%s SET label = 'l' WHERE id < 10".formatted(go),
          "ALTER TABLE dropped%s DROP COLUMN name".formatted(go),
          "UPDATE dropped%s SET touched = touched + 100 WHERE id < 10".formatted(go),
          "ALTER TABLE retyped%s ALTER COLUMN touched TYPE text".formatted(go),
          "UPDATE retyped%s SET touched = '1' || touched WHERE id < 10".formatted(go));
    }
    legacy.legacy(
        "ALTER TABLE moved RENAME TO moved_on",
        "UPDATE moved_on SET name = 'm' WHERE id < 10",
        "DELETE FROM moved_on WHERE id = 10",
        "ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_id",
        "ALTER TABLE keyed DROP CONSTRAINT keyed_pkey, ADD PRIMARY KEY (other)",
        "UPDATE keyed SET id = 203 WHERE id = 4",
        "UPDATE keyed SET other = 1000 WHERE id = 5",
        "UPDATE keyed SET name = 'k' WHERE id < 10",
        "DELETE FROM keyed WHERE id = 3");
  }

  /// The spec that follows.
  private static Path corrected(MovingLegacy legacy) throws Exception {
    var from = new HashMap<String, String>();
    for (String go : List.of("", "go")) {
      from.put(
          "renamed" + go, "{ root: public.renamed%s, renamed: { name: label } }".formatted(go));
      from.put("dropped" + go, "{ root: public.dropped%s, absent: { name: text } }".formatted(go));
    }
    from.put("moved", "{ root: public.moved_on, formerly: public.moved }");
    from.put("keyed", "{ root: public.keyed, keyed-by: id }");
    return legacy.spec("corrected.yaml", from, Map.of("retyped", CAST, "retypedgo", CAST));
  }

  private static String stopped(String table) {
    return "SELECT id, touched, name FROM " + table;
  }

  /// The same of the tables as they are called in the end.
  private static String after(String table) {
    return switch (table) {
      case "renamed", "renamedgo" -> "SELECT id, touched, label FROM " + table;
      case "dropped", "droppedgo" -> "SELECT id, touched, NULL FROM " + table;
      case "retyped", "retypedgo" -> "SELECT id, touched::bigint, name FROM " + table;
      case "moved" -> "SELECT id, touched, name FROM moved_on";
      default -> stopped(table);
    };
  }

  private static void awaitStopped(Running running, List<String> domains) {
    var parts = new ArrayList<String>();
    domains.forEach(domain -> parts.addAll(List.of("translate " + domain, "reconcile " + domain)));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        running.health().lines().stream()
                            .filter(line -> line.endsWith(": stopped")))
                    .containsExactlyInAnyOrderElementsOf(
                        parts.stream().map(part -> part + ": stopped").toList()));
  }

  private static Map<String, Map<Kind, Long>> open(List<String> domains, long each) {
    var open = new HashMap<String, Map<Kind, Long>>();
    domains.forEach(domain -> open.put(domain, Map.of(Kind.UNTRANSLATABLE, each)));
    return open;
  }

  private static void awaitOpen(StatusReader status, Map<String, Map<Kind, Long>> open) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(status.openDivergences().orElseThrow()).isEqualTo(open));
  }

  private static StatusReader status(Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }
}
