package dev.tandem.capture;

import static org.awaitility.Awaitility.await;

import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A published table `t (id, name, note)` with a slot, and what captures of it wrote to memory.
final class TestTable implements AutoCloseable {
  static final TableId T = new TableId("public", "t");
  static final int PARTITIONS = 2;
  static final CaptureNames NAMES = new CaptureNames(TestPlan.MIGRATION);
  static final Set<String> TOPICS = Set.of(new Topics(TestPlan.MIGRATION, "d").outbox());
  final MemoryOutbox outbox = new MemoryOutbox();
  private TestPostgres postgres;
  private @Nullable String url;
  private Duration heartbeat = Duration.ofMillis(300);

  TestTable(TestPostgres postgres) {
    this.postgres = postgres;
    postgres.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name text, note text)",
        "CREATE PUBLICATION " + NAMES.publication() + " FOR TABLE t");
    createSlot();
  }

  void createSlot() {
    postgres.execute(
        "SELECT pg_create_logical_replication_slot('"
            + NAMES.slot()
            + "', 'pgoutput', failover => true)");
  }

  /// The table is looked at and captured on this server from now on.
  void moveTo(TestPostgres other) {
    postgres = other;
  }

  /// Waits until no session reads it.
  void dropSlot() {
    until(() -> count("pg_replication_slots WHERE active AND slot_type = 'logical'").equals("0"));
    postgres.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"
            + NAMES.slot()
            + "'");
  }

  Capture start() {
    return start(outbox::writer);
  }

  Capture start(Supplier<OutboxLog> logs) {
    return start(logs, TestPlan.of(PARTITIONS, T, "id"));
  }

  Capture start(Supplier<OutboxLog> logs, MigrationPlan plan) {
    var pace =
        new CaptureSettings.Pace(
            heartbeat, Duration.ofMinutes(5), Duration.ofMillis(100), Duration.ofMillis(500));
    var settings =
        CaptureSettings.of(plan, access(), Map.of(), outbox.registry)
            .withSweeps(SweepSettings.DEFAULT.withPageRows(100))
            .withPace(pace);
    return Capture.start(settings, logs);
  }

  /// What captures it from now on has a heartbeat so often.
  void beat(Duration every) {
    heartbeat = every;
  }

  /// It is captured over this URL from now on.
  void over(String other) {
    url = other;
  }

  PostgresAccess access() {
    return new PostgresAccess(url == null ? postgres.url() : url, "postgres", "");
  }

  Stream<OutboxRecord> records() {
    return IntStream.range(0, PARTITIONS).boxed().flatMap(i -> outbox.records(i).stream());
  }

  Stream<OutboxRecord.Change> changes() {
    return records()
        .filter(OutboxRecord.Change.class::isInstance)
        .map(OutboxRecord.Change.class::cast);
  }

  /// Ids of the rows that were inserted.
  List<Object> inserted() {
    return changes().map(change -> id(Objects.requireNonNull(change.after()))).toList();
  }

  List<Object> swept() {
    return records()
        .filter(OutboxRecord.Swept.class::isInstance)
        .map(record -> id(((OutboxRecord.Swept) record).row()))
        .toList();
  }

  static boolean sweepEnded(Capture capture) {
    var sweep = capture.status().sweeps().get(T);
    return sweep != null && sweep.ended() && sweep.epoch() == capture.status().epoch();
  }

  /// What a reader of the outbox ends up with.
  Map<Integer, String> kept() {
    var kept = new KeptRows();
    records().forEach(kept::accept);
    return kept.names();
  }

  Map<Integer, String> rows() throws Exception {
    var names = new HashMap<Integer, String>();
    try (var connection = postgres.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT id, name FROM t")) {
      while (rows.next()) {
        names.put(rows.getInt(1), rows.getString(2));
      }
    }
    return names;
  }

  String count(String from) {
    return postgres.query("SELECT count(*) FROM " + from);
  }

  static void until(Callable<Boolean> done) {
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(done);
  }

  @Override
  public void close() {
    dropSlot();
    postgres.execute("DROP PUBLICATION IF EXISTS " + NAMES.publication(), "DROP TABLE t");
  }

  private static Object id(dev.tandem.row.Row row) {
    return Objects.requireNonNull(row.value("id"));
  }
}
