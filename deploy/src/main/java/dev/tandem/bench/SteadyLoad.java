package dev.tandem.bench;

import dev.tandem.demo.Workload;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Updates at a steady rate: transactions of ten rows, each at its time, whether or not the last
/// one was quick.
final class SteadyLoad implements AutoCloseable {
  private static final int ROWS = 10;
  private final Workload.Connector connector;
  private final int items;
  private final long interval;
  private final AtomicLong made = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopping;
  private long counted;
  private long countedAt;

  /// @param items rows of the table
  /// @param rate changes per second
  SteadyLoad(Workload.Connector connector, int items, int rate) {
    this.connector = connector;
    this.items = items;
    this.interval = 1_000_000_000L * ROWS / rate;
    this.thread = Thread.ofPlatform().name("steady-load").unstarted(this::run);
  }

  void start() {
    thread.start();
    count();
  }

  /// Counts from now on.
  void count() {
    counted = made.get();
    countedAt = System.nanoTime();
  }

  /// Changes per second that were made since [#count].
  double perSecond() {
    return (made.get() - counted) * 1e9 / (System.nanoTime() - countedAt);
  }

  private void run() {
    var random = new Random(1);
    try (Connection connection = connector.open();
        var statement =
            connection.prepareStatement(
                "UPDATE item SET amt_cents = amt_cents + 1 WHERE id = ANY (?)")) {
      long next = System.nanoTime();
      while (!stopping) {
        Object[] ids = random.ints(1, items + 1).distinct().limit(ROWS).boxed().toArray();
        statement.setArray(1, connection.createArrayOf("int4", ids));
        made.addAndGet(statement.executeUpdate());
        next += interval;
        LockSupport.parkNanos(next - System.nanoTime());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the steady load failed", e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join();
  }
}
