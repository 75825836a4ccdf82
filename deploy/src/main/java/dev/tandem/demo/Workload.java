package dev.tandem.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// People who use the legacy shop while it is migrated: each is a thread with a connection, doing
/// one transaction after the other at a steady pace. Stops when closed, after the transaction at
/// hand.
public final class Workload implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workload.class);

  /// Opens a connection to the legacy store.
  @FunctionalInterface
  public interface Connector {
    Connection open() throws SQLException;
  }

  private final Connector connector;
  private final Duration pause;
  private final List<Thread> people = new ArrayList<>();
  private final AtomicLong transactions = new AtomicLong();
  private volatile boolean stopping;

  /// @param people how many at once
  /// @param pause between two transactions of one person
  public Workload(Connector connector, int people, Duration pause) {
    this.connector = connector;
    this.pause = pause;
    for (int i = 0; i < people; i++) {
      int person = i;
      this.people.add(Thread.ofPlatform().name("shopper-" + i).unstarted(() -> shop(person)));
    }
  }

  public void start() {
    people.forEach(Thread::start);
  }

  /// Committed so far.
  public long transactions() {
    return transactions.get();
  }

  private void shop(int person) {
    var random = new Random(person);
    while (!stopping) {
      try (Connection connection = connector.open()) {
        connection.setAutoCommit(false);
        var visit = new ShopVisit(connection, random, person);
        while (!stopping) {
          visit.once();
          transactions.incrementAndGet();
          LockSupport.parkNanos(pause.toNanos());
        }
      } catch (SQLException e) {
        LOG.warn("The shop did not answer ({}), trying again", e.getSQLState());
        LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    for (Thread person : people) {
      try {
        person.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
