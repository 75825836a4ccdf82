package dev.tandem.bench;

import dev.tandem.bench.PeerSettings.Part;
import dev.tandem.bench.Subject.By;
import dev.tandem.postgres.PostgresAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/// What a sweep is compared with: Debezium's own snapshots of the same table, whose records are
/// counted and dropped.
final class SnapshotPeer {
  static final String INITIAL = "Debezium's initial snapshot, records dropped";
  static final String INCREMENTAL = "Debezium's incremental snapshot, records dropped";

  private static final String TABLE = "public.item";
  private static final String NAME = "bench_incremental";
  private static final String SIGNALS = "public.bench_signal";

  private final PostgresAccess legacy;
  private final int rows;
  private final ProcessorTime processor;

  /// @param rows of the table
  SnapshotPeer(PostgresAccess legacy, int rows, ProcessorTime processor) {
    this.legacy = legacy;
    this.rows = rows;
    this.processor = processor;
  }

  /// The snapshot that a connector begins with.
  Measured initial(String load) throws Exception {
    Properties properties = CountingEngine.properties(legacy, "bench_initial", Part.INITIAL);
    properties.put("table.include.list", TABLE);
    try (var engine = new CountingEngine(properties, TABLE, rows)) {
      return engine.measure(new Subject(load, INITIAL, By.DEBEZIUM), processor);
    } finally {
      dropSlot("bench_initial");
    }
  }

  /// A slot that stays would keep the log, and make the server's work dearer for who comes next.
  private void dropSlot(String name) throws Exception {
    try (Connection connection = legacy.connect()) {
      Waiting.until(
          "the end of Debezium", Duration.ofMillis(50), () -> !isStreaming(connection, name));
      execute(
          connection,
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"
              + name
              + "'");
    }
  }

  /// The snapshot that a running connector is asked for by a signal, chunk by chunk between the
  /// changes of its stream, of which there are none here.
  Measured incremental(String load) throws Exception {
    try (Connection connection = legacy.connect()) {
      execute(
          connection,
          "CREATE TABLE "
              + SIGNALS
              + " (id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))");
      try {
        execute(connection, "CREATE PUBLICATION " + NAME + " FOR TABLE " + TABLE + ", " + SIGNALS);
        return signalled(load, connection);
      } finally {
        dropSlot(NAME);
        execute(connection, "DROP PUBLICATION IF EXISTS " + NAME);
        execute(connection, "DROP TABLE " + SIGNALS);
      }
    }
  }

  private Measured signalled(String load, Connection connection) throws Exception {
    Properties properties = CountingEngine.properties(legacy, NAME, Part.INCREMENTAL);
    properties.put("table.include.list", TABLE + "," + SIGNALS);
    properties.put("signal.data.collection", SIGNALS);
    try (var engine = new CountingEngine(properties, TABLE, rows)) {
      Waiting.until(
          "the stream that the incremental snapshot stands in",
          Duration.ofMillis(100),
          () -> isStreaming(connection, NAME));
      execute(
          connection,
          "INSERT INTO "
              + SIGNALS
              + " VALUES ('bench', 'execute-snapshot',"
              + " '{\"data-collections\": [\""
              + TABLE
              + "\"], \"type\": \"INCREMENTAL\"}')");
      return engine.measure(new Subject(load, INCREMENTAL, By.DEBEZIUM), processor);
    }
  }

  private static boolean isStreaming(Connection connection, String slot) throws SQLException {
    try (var statement = connection.createStatement();
        var answer =
            statement.executeQuery(
                "SELECT active FROM pg_replication_slots WHERE slot_name = '" + slot + "'")) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
