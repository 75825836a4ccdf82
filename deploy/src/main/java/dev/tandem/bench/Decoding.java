package dev.tandem.bench;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.LogDrain;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What reading the log costs alone: by Debezium as capture has it set up, and by a reader of our
/// own of the same messages. Both read the same backlog to changes with every value in its carrier,
/// and drop them. Each reads it once before, so that what is measured is compiled.
final class Decoding {
  static final String ENGINE = "the log read by Debezium, nothing written";
  static final String DIRECT = "the log read without Debezium, nothing written";
  private static final Set<TableId> TABLES = Set.of(new TableId("public", "item"));

  private final Trial trial;
  private final ProcessorTime processor;

  Decoding(Trial trial, ProcessorTime processor) {
    this.trial = trial;
    this.processor = processor;
  }

  private interface Opening {
    LogReading of(CaptureNames names, int changes) throws Exception;
  }

  /// Leaves the backlog undrained by Tandem.
  void measure(Backlog backlog) throws Exception {
    var names = new CaptureNames[4];
    for (int i = 0; i < names.length; i++) {
      names[i] = new CaptureNames("bench_log_" + i);
      execute("CREATE PUBLICATION " + names[i].publication() + " FOR TABLE item");
      execute("SELECT pg_create_logical_replication_slot('" + names[i].slot() + "', 'pgoutput')");
    }
    try {
      backlog.make(trial.legacy());
      both(backlog, ENGINE, this::engine, names[0], names[1]);
      both(backlog, DIRECT, this::direct, names[2], names[3]);
    } finally {
      for (CaptureNames each : names) {
        remove(each);
      }
    }
  }

  private void both(
      Backlog backlog, String what, Opening opening, CaptureNames first, CaptureNames second)
      throws Exception {
    var subject = Subject.step(backlog.load(), what);
    drain(subject, opening, first, backlog.changes());
    trial.add(drain(subject, opening, second, backlog.changes()));
  }

  private Measured drain(Subject subject, Opening opening, CaptureNames names, int changes)
      throws Exception {
    try (var reading = opening.of(names, changes)) {
      Waiting.until(subject.toString(), Duration.ofMillis(2), () -> has(reading, 1));
      var clock = Measurement.begin(processor);
      long before = reading.changes();
      Waiting.until(subject.toString(), Duration.ofMillis(2), () -> has(reading, changes));
      return clock.end(subject, Math.max(1, changes - before));
    }
  }

  private static boolean has(LogReading reading, long changes) {
    Throwable failure = reading.failure();
    if (failure != null) {
      throw new IllegalStateException("the log could not be read", failure);
    }
    return reading.changes() >= changes;
  }

  private LogReading engine(CaptureNames names, int changes) throws SQLException {
    var drain = new LogDrain(trial.migration().stores().legacy(), names, TABLES);
    return new LogReading() {
      @Override
      public long changes() {
        return drain.changes();
      }

      @Override
      public @Nullable Throwable failure() {
        return drain.failure();
      }

      @Override
      public void close() {
        drain.close();
      }
    };
  }

  private LogReading direct(CaptureNames names, int changes) throws SQLException {
    return new DirectReading(trial.migration().stores().legacy(), names.slot(), TABLES, changes);
  }

  private void remove(CaptureNames names) throws Exception {
    Waiting.until(
        "the end of whoever reads " + names.slot(),
        Duration.ofMillis(50),
        () -> isFree(names.slot()));
    execute("SELECT pg_drop_replication_slot('" + names.slot() + "')");
    execute("DROP PUBLICATION " + names.publication());
  }

  private boolean isFree(String slot) throws SQLException {
    try (var connection = trial.legacy().connect();
        var statement = connection.createStatement();
        var answer =
            statement.executeQuery(
                "SELECT NOT active FROM pg_replication_slots WHERE slot_name = '" + slot + "'")) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = trial.legacy().connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
