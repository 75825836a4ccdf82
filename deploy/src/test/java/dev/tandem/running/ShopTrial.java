package dev.tandem.running;

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
import dev.tandem.run.Role;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// The shop on a stack of its own, and each role of the program in a process of its own.
final class ShopTrial implements AutoCloseable {
  /// However slow the machine is.
  private static final Duration PATIENCE =
      Duration.ofMinutes(Integer.getInteger("tandem.patience", 10));

  private final Size size;
  private final Stack stack;
  private final Path kafka;

  /// The broker that came back, null while it was never away.
  private @Nullable EmbeddedKafka again;

  private final Migration migration;
  private final Path spec;
  private final StatusReader reader;
  private final Map<Role, RoleProcess> roles = new EnumMap<>(Role.class);

  /// How much of the shop there is.
  enum Size {
    WHOLE,
    /// A tenth of what people use, and all that is the saboteur's.
    SMALL;

    /// How many there are where the whole shop has so many.
    int of(int whole) {
      return this == WHOLE ? whole : whole / 10;
    }
  }

  ShopTrial(Path directory, Size size) throws Exception {
    this.size = size;
    stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
    kafka = directory.resolve("stack").resolve("kafka");
    spec = Examples.unpackShop(directory);
    try (var legacy = legacy();
        var target = target()) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
      ShopData.fill(legacy);
      if (size == Size.SMALL) {
        thin(legacy);
      }
    }
    migration = MigrationReader.read(spec, Examples.environment(stack.address()));
    reader =
        new StatusReader(
            migration.plan(),
            migration.stores().target(),
            migration.kafka().objects(),
            Clock.systemUTC());
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

  Size size() {
    return size;
  }

  /// Starts every role; whoever comes first sets the migration up.
  void start() throws Exception {
    roles.put(Role.CAPTURE, another(Role.CAPTURE, "capture"));
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !reader.capture().proven().isEmpty());
    for (Role role : List.of(Role.TRANSLATE, Role.APPLY, Role.RECONCILE)) {
      roles.put(role, another(role, role.name().toLowerCase(java.util.Locale.ROOT)));
    }
  }

  RoleProcess role(Role role) {
    return java.util.Objects.requireNonNull(roles.get(role), role + " runs not");
  }

  /// The only broker is away for a while.
  void brokerAway(Duration time) {
    int port = Integer.parseInt(stack.address().kafka().split(":")[1]);
    (again == null ? stack.kafka() : again).close();
    rest(time);
    again = EmbeddedKafka.start(kafka, new EmbeddedKafka.Ports(port, 0));
  }

  /// One more process of a role.
  RoleProcess another(Role role, String name) throws Exception {
    return new RoleProcess(stack.address(), spec, role, name);
  }

  /// Waits until the shop is loaded and both sides are compared.
  void awaitCompared() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> reader.capture().isLoaded() && reader.uncompared().isEmpty());
  }

  /// Waits until all that was committed is in the target, was seen there, and is compared. Both
  /// stores must be at rest but for apply.
  void awaitAtRest() throws SQLException {
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
    long seen = Clock.systemUTC().millis() * 1000;
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> isIdleSince(seen));
  }

  private boolean isIdleSince(long moment) {
    LagBook book = lag();
    return migration.plan().domains().stream()
        .map(domain -> book.domain(domain.name(), domain.partitions()))
        .allMatch(domain -> domain.state() == LagReport.State.IDLE && domain.at() > moment);
  }

  /// Waits until a domain is said to have stopped at one stage.
  void awaitStopped(LagReport.Stage stage) {
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
  void touch() throws SQLException {
    try (var legacy = legacy();
        var statement = legacy.createStatement()) {
      statement.execute("UPDATE cust_mst SET fname = fname || 'x' WHERE cust_no % 7 = 0");
    }
  }

  /// Outbox offsets at which entities were compared last, summed over all domains.
  long compared() {
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

  LedgerReader ledger() {
    return new LedgerReader(
        migration.kafka().objects(), new Topics(migration.name(), "").divergence());
  }

  Sabotage sabotage(int faults) throws SQLException {
    return new Sabotage(
        new Saboteur(this::legacy, this::target, faults, Clock.systemUTC()), ledger());
  }

  Comparison.Outcome compare() throws SQLException {
    try (var legacy = legacy();
        var target = target()) {
      return Comparison.compare(legacy, target);
    }
  }

  private static String end(Connection store) throws SQLException {
    try (store;
        var statement = store.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      return result.getString(1);
    }
  }

  Connection legacy() throws SQLException {
    return connect(stack.address().legacy());
  }

  Connection target() throws SQLException {
    return connect(stack.address().target());
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }

  /// Lets time pass on purpose: when something happens is the subject of the test.
  static void rest(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
  }

  @Override
  public void close() throws Exception {
    for (RoleProcess role : roles.values()) {
      role.close();
    }
    reader.close();
    stack.close();
    if (again != null) {
      again.close();
    }
  }
}
