package dev.tandem.running;

import dev.tandem.demo.ShopData;
import dev.tandem.demo.Workload;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Updates of the legacy shop at a steady rate, in transactions of up to fifty rows, of the rows
/// that people use. Says how many it made.
public final class ShopLoad implements AutoCloseable {
  private static final int ROWS = 50;
  private static final long PAUSE = 200_000_000;
  private final Workload.Connector connector;
  private final Shop.Size size;
  private final long interval;
  private final AtomicLong changes = new AtomicLong();
  private final Thread thread;
  private final long begun = System.nanoTime();
  private volatile boolean stopping;
  private volatile long ended;
  private volatile @Nullable SQLException failure;

  /// @param rate rows per second
  /// @param size how much of the shop there is
  public ShopLoad(Workload.Connector connector, int rate, Shop.Size size) {
    this.connector = connector;
    this.size = size;
    this.interval = 1_000_000_000L * ROWS / rate;
    this.thread = Thread.ofPlatform().name("shop-load").start(this::run);
  }

  private record Table(String sql, int rows) {}

  private static final Table[] TABLES = {
    new Table(
        "UPDATE cust_mst SET bal_cents = bal_cents + 1 WHERE cust_no = ANY (?)",
        ShopData.USED_CUSTOMERS),
    new Table(
        "UPDATE ord_hdr SET tot_cents = tot_cents + 1 WHERE ord_no = ANY (?)", ShopData.USED_ORDERS)
  };

  private void run() {
    var random = new Random(7);
    long next = System.nanoTime();
    while (!stopping) {
      try (Connection connection = connector.open()) {
        while (!stopping) {
          changes.addAndGet(once(connection, random));
          next += interval;
          LockSupport.parkNanos(next - System.nanoTime());
        }
      } catch (SQLException e) {
        if (!passes(e)) {
          failure = e;
          return;
        }
        LockSupport.parkNanos(PAUSE);
      }
    }
    ended = System.nanoTime();
  }

  /// A deadlock with the shop's people, or a server that is away for a while.
  private static boolean passes(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.equals("40P01") || state.startsWith("08") || state.startsWith("57P");
  }

  private int once(Connection connection, Random random) throws SQLException {
    var table = TABLES[random.nextInt(TABLES.length)];
    int last = size.of(table.rows) - 1;
    Object[] rows =
        IntStream.generate(() -> 1 + random.nextInt(last)).limit(ROWS).sorted().boxed().toArray();
    try (var statement = connection.prepareStatement(table.sql)) {
      statement.setArray(1, connection.createArrayOf("int4", rows));
      return statement.executeUpdate();
    }
  }

  /// Rows per second that it has made.
  public long rate() {
    long until = ended == 0 ? System.nanoTime() : ended;
    return changes.get() * 1_000_000_000L / Math.max(1, until - begun);
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join();
    if (failure != null) {
      throw new IllegalStateException("the load failed", failure);
    }
  }
}
