package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import dev.tandem.generation.Generations;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import dev.tandem.wire.Divergence.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that cannot be translated, or that the target refuses, of twelve kinds, many among many
/// more: a domain that may not have so many dead letters stops, the others go on, and once more are
/// allowed each is parked once. What is corrected in the legacy store closes by itself, what is
/// corrected in the target by a retry.
class PoisonFloodTest {
  /// What is wrong with a row, as an assignment.
  private static final List<String> KINDS =
      List.of(
          "stat = '?'",
          "mood = 'BAD'",
          "amount = 1.005",
          "amount = 'NaN'",
          "amount = 1000000000000",
          "big = 3000000000",
          "word = 'seven'",
          "word = ''",
          "uid = 'none'",
          "at = '2024-03-31 02:30'",
          "at = '2024-10-27 02:30'",
          "big = 2000000000",
          "word = '77777'");

  /// The last ones are translated, and the target refuses them.
  private static final int REFUSED = 2;

  private static final String GOOD =
      "stat = 'A', mood = 'GOOD', amount = 1.25, big = 5, word = '7',"
          + " uid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', at = '2024-07-01 12:00'";

  /// What stands in the target, and what should.
  private static final String TARGET =
      """
      SELECT md5(string_agg(concat_ws(' ', id, stat, mood, amount, big, word, uid,
               at AT TIME ZONE 'Europe/Berlin'), ',' ORDER BY id)) FROM t_item""";

  private static final String LEGACY =
      """
      SELECT md5(string_agg(concat_ws(' ', id, 'ACTIVE', mood, amount::numeric(12,2), big, word, uid,
               at), ',' ORDER BY id)) FROM item""";

  @TempDir private Path directory;

  @Test
  void shouldStopTheDomainAndParkEachOnceWhenMoreAreAllowed() throws Exception {
    flood(4_800, 20, Duration.ofMinutes(3));
  }

  @Test
  @Tag("nightly")
  void shouldBearTenThousandAmongAMillion() throws Exception {
    flood(1_000_000, 834, Duration.ofMinutes(30));
  }

  /// @param each how many rows of each kind
  private void flood(int rows, int each, Duration patience) throws Exception {
    int poisoned = each * KINDS.size();
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
        var legacy = connect(stack.address().legacy());
        var target = connect(stack.address().target())) {
      prepare(legacy, target);
      insert(legacy, 0, rows / 2);
      poison(legacy, rows / 2, 0, each / 2);
      int low = poisoned / 5;
      try (var running = run(stack, low);
          var status = status(running)) {
        Awaitility.await()
            .atMost(patience)
            .until(() -> running.health.lines().contains("translate flood: stopped"));
        assertThat(letters(running.migration))
            .filteredOn(letter -> letter.stage() == Stage.TRANSLATE)
            .hasSizeLessThanOrEqualTo(low);
        execute(legacy, "INSERT INTO calm VALUES (1, 'A')");
        Awaitility.await()
            .atMost(patience)
            .until(() -> number(target, "SELECT count(*) FROM t_calm") == 1);
        assertThat(running.health.lines())
            .filteredOn(line -> line.endsWith(": stopped"))
            .hasSize(1);
        // What the first load has not read yet would be read as it is by then.
        Awaitility.await().atMost(patience).until(() -> status.capture().isLoaded());
        stream(legacy, rows / 2, rows, each - each / 2);
      }
      try (var running = run(stack, 1_000_000);
          var status = status(running)) {
        long refused = (long) REFUSED * each;
        awaitOpen(
            status,
            Map.of(
                "flood",
                Map.of(Kind.UNTRANSLATABLE, poisoned - refused, Kind.UNAPPLIABLE, refused)),
            patience);
        // A row of the second half was whole before it was poisoned: that is what the target has.
        // The last good ones may come after the last poisoned one is open.
        long arrived = rows - (long) (each / 2) * KINDS.size();
        Awaitility.await()
            .atMost(patience)
            .until(() -> number(target, "SELECT count(*) FROM t_item") >= arrived);
        assertThat(number(target, "SELECT count(*) FROM t_item")).isEqualTo(arrived);
        List<DeadLetter> letters = letters(running.migration);
        assertThat(letters).hasSize(poisoned);
        assertThat(letters.stream().map(it -> ByteBuffer.wrap(it.key())).distinct())
            .hasSize(poisoned);
        assertThat(
                letters.stream()
                    .collect(Collectors.groupingBy(DeadLetter::reason, Collectors.counting()))
                    .values()
                    .stream()
                    .mapToLong(Long::longValue)
                    .sum())
            .isEqualTo(poisoned);
        execute(
            legacy,
            "UPDATE item SET " + GOOD + " WHERE bad AND big <> 2000000000 AND word <> '77777'");
        awaitOpen(status, Map.of("flood", Map.of(Kind.UNAPPLIABLE, refused)), patience);
        execute(target, "ALTER TABLE t_item DROP CONSTRAINT small");
        assertThat(new Commands(directory.resolve("flood.yaml")).done("dead-letters", "retry"))
            .contains("asked for " + refused + " entities");
        awaitOpen(status, Map.of(), patience);
        assertThat(number(target, "SELECT count(*) FROM t_item")).isEqualTo(rows);
        assertThat(text(target, TARGET)).isEqualTo(text(legacy, LEGACY));
        assertThat(letters(running.migration)).hasSize(poisoned);
      }
    }
  }

  private static StatusReader status(Running running) {
    return new StatusReader(
        running.migration.plan(),
        running.migration.stores().target(),
        running.migration.kafka().objects(),
        Clock.systemUTC());
  }

  private static void prepare(Connection legacy, Connection target) throws SQLException {
    execute(
        legacy,
        """
        CREATE TABLE item (id int PRIMARY KEY, stat text NOT NULL, mood text NOT NULL, amount numeric NOT NULL,
          big bigint NOT NULL, word text NOT NULL, uid text NOT NULL, at timestamp NOT NULL, bad boolean NOT NULL);
        CREATE TABLE calm (id int PRIMARY KEY, stat text NOT NULL);
        """);
    execute(
        target,
        """
        CREATE TABLE t_item (id int PRIMARY KEY, stat text NOT NULL, mood text NOT NULL,
          amount numeric(12,2) NOT NULL, big int NOT NULL, word int NOT NULL, uid uuid NOT NULL,
          at timestamptz NOT NULL, CONSTRAINT small CHECK (big < 1000000000 AND word < 10000));
        CREATE TABLE t_calm (id int PRIMARY KEY, stat text NOT NULL);
        """);
  }

  private static void insert(Connection legacy, int from, int to) throws SQLException {
    execute(
        legacy,
        """
        INSERT INTO item SELECT i, 'A', 'GOOD', 1.25, 5, '7', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
          '2024-07-01 12:00', false FROM generate_series(%d, %d) i
        """
            .formatted(from, to - 1));
  }

  /// As many of each kind, spread over the rows.
  private static void poison(Connection legacy, int rows, int from, int each) throws SQLException {
    int step = (rows - from) / (each * KINDS.size());
    for (int kind = 0; kind < KINDS.size(); kind++) {
      execute(
          legacy,
          "UPDATE item SET bad = true, %s WHERE id IN (SELECT %d + %d * (%d + %d * n) FROM generate_series(0, %d) n)"
              .formatted(KINDS.get(kind), from, step, kind, KINDS.size(), each - 1));
    }
  }

  /// Rows come, and among them those of each kind: one after the other and without any between them
  /// they would stop the domain, whatever the spec allows.
  private static void stream(Connection legacy, int from, int to, int each) throws SQLException {
    int every = (to - from) / each;
    int poisoned = 0;
    for (int at = from; at < to; at += every) {
      int end = Math.min(to, at + every);
      for (int next = at; next < end; next += 200) {
        insert(legacy, next, Math.min(end, next + 200));
      }
      if (poisoned++ < each) {
        poison(legacy, end, at, 1);
      }
    }
  }

  private record Running(MigrationRun run, Migration migration, Health health)
      implements AutoCloseable {
    @Override
    public void close() {
      run.close();
    }
  }

  private Running run(Stack stack, int perMinute) throws Exception {
    contract(
        "item",
        """
        {"type": "record", "name": "Item", "namespace": "flood", "fields": [
          {"name": "id", "type": "int"}, {"name": "stat", "type": "string"},
          {"name": "mood", "type": {"type": "enum", "name": "Mood", "symbols": ["GOOD"]}},
          {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
          {"name": "big", "type": "int"}, {"name": "word", "type": "int"},
          {"name": "uid", "type": {"type": "string", "logicalType": "uuid"}},
          {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}}]}
        """);
    contract(
        "calm",
        """
        {"type": "record", "name": "Calm", "namespace": "flood", "fields": [
          {"name": "id", "type": "int"}, {"name": "stat", "type": "string"}]}
        """);
    String text =
        """
            migration: flood
            legacy: { url: "${LEGACY_URL}", user: "${LEGACY_USER}", password: "${LEGACY_PASSWORD}" }
            target: { url: "${TARGET_URL}", user: "${TARGET_USER}", password: "${TARGET_PASSWORD}" }
            kafka: { bootstrap.servers: "${KAFKA}" }
            registry: { url: "${REGISTRY}" }
            domains:
              flood:
                owner: { team: flood, contact: flood@example.com }
                partitions: 2
                partition-by: id
                objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
                poison: { per-minute: %d }
                entities:
                  Item:
                    contract: contracts/item
                    from: { root: public.item }
                    key: id
                    map:
                      id: id
                      stat: { lookup: stat, values: { A: ACTIVE } }
                      mood: { enum: mood }
                      amount: { decimal: amount }
                      big: { cast: big, to: int }
                      word: { cast: word, to: int }
                      uid: { cast: uid, to: uuid }
                      at: { timestamp: at, zone: Europe/Berlin, gap: fail, overlap: fail }
                    to: { table: public.t_item }
                sunset: { permanent: { because: "a test", review: 2027-12-31 } }
              calm:
                owner: { team: flood, contact: flood@example.com }
                partitions: 1
                partition-by: id
                objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
                entities:
                  Calm:
                    contract: contracts/calm
                    from: { root: public.calm }
                    key: id
                    map: { id: id, stat: stat }
                    to: { table: public.t_calm }
                sunset: { permanent: { because: "a test", review: 2027-12-31 } }
            """
            .formatted(perMinute);
    for (var each : Examples.environment(stack.address()).entrySet()) {
      text = text.replace("${" + each.getKey() + "}", each.getValue());
    }
    Path spec = Files.writeString(directory.resolve("flood.yaml"), text);
    Migration migration = MigrationReader.read(spec, Examples.environment(stack.address()));
    var health = new Health();
    var settings =
        new MigrationRun.Settings(
            EnumSet.allOf(Role.class),
            directory.resolve("state"),
            health,
            new PipelineMetrics(new SimpleMeterRegistry(), "flood"),
            new LagRecorder());
    return new Running(MigrationRun.start(migration, settings), migration, health);
  }

  private void contract(String name, String text) throws Exception {
    Path folder = Files.createDirectories(directory.resolve("contracts/" + name));
    Files.writeString(folder.resolve("v1.avsc"), text);
  }

  private static List<DeadLetter> letters(Migration migration) {
    return LetterReport.read(
            new LetterReport.Source(
                migration.plan(), migration.kafka().objects(), Generations.NONE),
            _ -> true,
            100_000)
        .book()
        .newest()
        .stream()
        .map(StoredLetter::letter)
        .toList();
  }

  private static void awaitOpen(
      StatusReader status, Map<String, Map<Kind, Long>> open, Duration patience) {
    Awaitility.await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(status.openDivergences().orElseThrow()).isEqualTo(open));
  }

  private static long number(Connection store, String sql) throws SQLException {
    return Long.parseLong(text(store, sql));
  }

  private static String text(Connection store, String sql) throws SQLException {
    try (var statement = store.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void execute(Connection store, String sql) throws SQLException {
    try (var statement = store.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }
}
