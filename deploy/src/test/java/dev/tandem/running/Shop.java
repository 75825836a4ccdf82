package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Comparison;
import dev.tandem.demo.Examples;
import dev.tandem.demo.Sabotage;
import dev.tandem.demo.Saboteur;
import dev.tandem.demo.ShopData;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.stack.StackAddress;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/// The shop that is migrated, seen from beside: its stores, how far the migration is, and what it
/// says. Not thread-safe, but for the connections.
public final class Shop implements AutoCloseable {
  /// However slow the machine is.
  private static final Duration PATIENCE =
      Duration.ofMinutes(Integer.getInteger("tandem.patience", 10));

  private final StackAddress address;
  private final Migration migration;
  private final StatusReader reader;

  /// How much of the shop there is.
  public enum Size {
    WHOLE,
    /// A tenth of what people use, and all that is the saboteur's.
    SMALL;

    /// How many there are where the whole shop has so many.
    int of(int whole) {
      return this == WHOLE ? whole : whole / 10;
    }
  }

  /// @param spec whose stores are there
  public Shop(StackAddress address, Path spec) {
    this.address = address;
    migration = MigrationReader.read(spec, Examples.environment(address));
    reader =
        new StatusReader(
            migration.plan(),
            migration.stores().target(),
            migration.kafka().objects(),
            Clock.systemUTC());
  }

  /// Makes the tables of both stores, and the legacy store's rows.
  public static void build(StackAddress address, Path spec, Size size)
      throws IOException, SQLException {
    try (var legacy = address.legacy().connect();
        var target = address.target().connect()) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
      ShopData.fill(legacy);
      if (size == Size.SMALL) {
        thin(legacy);
      }
    }
  }

  /// Leaves of the shop what [Size#SMALL] says.
  static void thin(Connection legacy) throws SQLException {
    int customers = ShopData.USED_CUSTOMERS;
    int orders = ShopData.USED_ORDERS;
    try (var statement = legacy.createStatement()) {
      for (String where :
          List.of(
              "cust_addr WHERE cust_no BETWEEN %d AND %d"
                  .formatted(Size.SMALL.of(customers), customers),
              "cust_mst WHERE cust_no BETWEEN %d AND %d"
                  .formatted(Size.SMALL.of(customers), customers),
              "ord_line WHERE ord_no BETWEEN %d AND %d".formatted(Size.SMALL.of(orders), orders),
              "ord_ship WHERE ord_no BETWEEN %d AND %d".formatted(Size.SMALL.of(orders), orders),
              "ord_hdr WHERE ord_no BETWEEN %d AND %d".formatted(Size.SMALL.of(orders), orders))) {
        statement.execute("DELETE FROM " + where);
      }
      statement.execute("VACUUM ANALYZE");
    }
  }

  public Migration migration() {
    return migration;
  }

  /// Waits until the capture of the legacy store has begun.
  public void awaitBegun() {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !reader.capture().proven().isEmpty());
  }

  /// Waits until the shop is loaded and both sides are compared.
  public void awaitCompared() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> reader.capture().isLoaded() && reader.uncompared().isEmpty());
  }

  /// Waits until all that was committed is in the target, was seen there, and is compared. Both
  /// stores must be at rest but for apply.
  public void awaitAtRest() throws SQLException {
    String end = end(legacy());
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                reader.capture().hasProven(end)
                    && reader.read().stream().allMatch(domain -> domain.pending() == 0));
    String applied = end(target());
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> reader.observe().hasProven(applied));
    awaitIdle(Clock.systemUTC().millis() * 1000);
  }

  /// Waits until every domain is said to be idle, for as long as the comparison goes on: how much
  /// there is to compare depends on how long the load was faster than the machine.
  ///
  /// @param moment before which nothing that was said counts, in microseconds since 1970
  private void awaitIdle(long moment) {
    var compared = new Standstill();
    Awaitility.await()
        .atMost(PATIENCE.multipliedBy(6))
        .pollInterval(Duration.ofSeconds(1))
        .failFast(
            () ->
                assertThat(compared.lasts(compared()))
                    .as(() -> restless(moment))
                    .isLessThan(PATIENCE))
        .until(() -> restless(moment).isEmpty());
  }

  /// What is said of the domains that are not idle; empty if all are.
  private String restless(long moment) {
    LagBook book = lag();
    return migration.plan().domains().stream()
        .map(domain -> book.domain(domain.name(), domain.partitions()))
        .filter(domain -> domain.state() != LagReport.State.IDLE || domain.at() <= moment)
        .map(LagBook.DomainLag::toString)
        .collect(Collectors.joining("\n"));
  }

  /// For how long a number has not changed. Not thread-safe.
  private static final class Standstill {
    private long last = Long.MIN_VALUE;
    private long since;

    Duration lasts(long number) {
      if (number != last) {
        last = number;
        since = System.nanoTime();
      }
      return Duration.ofNanos(System.nanoTime() - since);
    }
  }

  /// Waits until a domain is said to have stopped at one stage.
  public void awaitStopped(LagReport.Stage stage) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              LagBook book = lag();
              return migration.plan().domains().stream()
                  .map(domain -> book.domain(domain.name(), domain.partitions()))
                  .anyMatch(
                      domain ->
                          domain.state() == LagReport.State.STOPPED
                              && domain.evidence().stoppedAt() == stage);
            });
  }

  /// Changes some customers.
  public void touch() throws SQLException {
    try (var legacy = legacy();
        var statement = legacy.createStatement()) {
      statement.execute("UPDATE cust_mst SET fname = fname || 'x' WHERE cust_no % 7 = 0");
    }
  }

  /// Outbox offsets at which entities were compared last, summed over all domains.
  public long compared() {
    LagBook book = lag();
    return migration.plan().domains().stream()
        .mapToLong(domain -> book.domain(domain.name(), domain.partitions()).offsets().verdictAt())
        .sum();
  }

  private LagBook lag() {
    return LagReader.recent(
        migration.kafka().objects(),
        new Topics(migration.name(), "").reconciliationLag(),
        Clock.systemUTC());
  }

  public LedgerReader ledger() {
    return new LedgerReader(
        migration.kafka().objects(), new Topics(migration.name(), "").divergence());
  }

  public Sabotage sabotage(int faults) throws SQLException {
    return new Sabotage(
        new Saboteur(this::legacy, this::target, faults, Clock.systemUTC()), ledger());
  }

  public Comparison.Outcome compare() throws SQLException {
    try (var legacy = legacy();
        var target = target()) {
      return Comparison.compare(legacy, target);
    }
  }

  /// What could not be translated or applied.
  public long deadLetters() throws Exception {
    return reader.read().stream().mapToLong(DomainStatus::deadLetters).sum();
  }

  private static String end(Connection store) throws SQLException {
    try (store;
        var statement = store.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      return result.getString(1);
    }
  }

  public Connection legacy() throws SQLException {
    return address.legacy().connect();
  }

  public Connection target() throws SQLException {
    return address.target().connect();
  }

  /// Lets time pass on purpose: when something happens is the subject of the test.
  public static void rest(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
  }

  @Override
  public void close() {
    reader.close();
  }
}
