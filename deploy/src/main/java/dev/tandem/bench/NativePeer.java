package dev.tandem.bench;

import dev.tandem.bench.Subject.By;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.table.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// What a drain is compared with: PostgreSQL's own logical replication of the same table between
/// the same servers, which translates nothing, keeps nothing in between and compares nothing. Rows
/// travel in binary form; everything else is the default.
///
/// The subscriber's table has the name and the columns of the legacy one and is apart from the
/// target's tables.
final class NativePeer implements AutoCloseable {
  static final String WHAT = "PostgreSQL's own replication";
  private static final String NAME = "bench_native";
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Connection legacy;
  private final Connection target;

  /// Replicates a table from now on, and waits until its rows have been copied.
  ///
  /// @param definition statement that makes the table
  NativePeer(Connection legacy, Connection target, PostgresAccess source, String definition)
      throws SQLException, InterruptedException {
    this.legacy = legacy;
    this.target = target;
    // Else a role of the name of Tandem's schema would make it there.
    execute(target, "SET search_path = public");
    execute(target, definition);
    execute(legacy, "CREATE PUBLICATION " + NAME + " FOR TABLE item");
    String reached =
        "host="
            + source.host()
            + " port="
            + source.port()
            + " dbname="
            + source.database()
            + " user="
            + source.user()
            + " password="
            + source.password();
    execute(
        target,
        "CREATE SUBSCRIPTION "
            + NAME
            + " CONNECTION "
            + Sql.literal(reached)
            + " PUBLICATION "
            + NAME
            + " WITH (binary = true)");
    await(target, "SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel");
    execute(target, "ALTER SUBSCRIPTION " + NAME + " DISABLE");
    await(legacy, "SELECT NOT active FROM pg_replication_slots WHERE slot_name = '" + NAME + "'");
  }

  /// Drains what was changed while the subscriber stood still, up to a position of the log.
  Measured drain(Backlog backlog, String end, ProcessorTime processor)
      throws SQLException, InterruptedException {
    execute(target, "ALTER SUBSCRIPTION " + NAME + " ENABLE");
    await(legacy, "SELECT active FROM pg_replication_slots WHERE slot_name = '" + NAME + "'");
    var clock = Measurement.begin(processor);
    await(
        legacy,
        "SELECT confirmed_flush_lsn >= '"
            + end
            + "'::pg_lsn FROM pg_replication_slots WHERE slot_name = '"
            + NAME
            + "'");
    var measured = clock.end(new Subject(backlog.load(), WHAT, By.NATIVE), backlog.changes());
    execute(target, "ALTER SUBSCRIPTION " + NAME + " DISABLE");
    await(legacy, "SELECT NOT active FROM pg_replication_slots WHERE slot_name = '" + NAME + "'");
    return measured;
  }

  private static void execute(Connection store, String sql) throws SQLException {
    try (var statement = store.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void await(Connection store, String question)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!isSo(store, question)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "logical replication: not so within " + LONGEST.toMinutes() + " minutes: " + question);
      }
      Thread.sleep(20);
    }
  }

  private static boolean isSo(Connection store, String question) throws SQLException {
    try (var statement = store.createStatement();
        var answer = statement.executeQuery(question)) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  @Override
  public void close() throws SQLException {
    execute(target, "DROP SUBSCRIPTION " + NAME);
    execute(legacy, "DROP PUBLICATION " + NAME);
    execute(target, "DROP TABLE item");
  }
}
