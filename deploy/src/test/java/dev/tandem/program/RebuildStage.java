package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.demo.Comparison;
import dev.tandem.demo.Examples;
import dev.tandem.demo.ShopData;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StackAddress;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/// The shop with some of its rows, where it can be rebuilt, and what an operator sees of it.
final class RebuildStage implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int CUSTOMERS = 1_900;
  private static final int ORDERS = 3_800;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path directory;
  private final Stack stack;
  private final Path spec;

  /// As it was when the stage was set.
  private final Migration migration;
  private final Set<Thread> before;

  /// The whole program, running a spec.
  record Running(MigrationRun run, Health health) implements AutoCloseable {
    @Override
    public void close() {
      run.close();
    }
  }

  RebuildStage(Path directory) throws Exception {
    this.directory = directory;
    stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
    spec = Examples.unpackShop(directory);
    String text = Files.readString(spec);
    for (var each : Examples.environment(stack.address()).entrySet()) {
      text = text.replace("${" + each.getKey() + "}", each.getValue());
    }
    Files.writeString(spec, text);
    try (var legacy = legacy();
        var target = target();
        var statement = legacy.createStatement()) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
      ShopData.fill(legacy);
      for (String fewer :
          List.of(
              "cust_addr WHERE cust_no > " + CUSTOMERS,
              "cust_mst WHERE cust_no > " + CUSTOMERS,
              "ord_line WHERE ord_no > " + ORDERS,
              "ord_ship WHERE ord_no > " + ORDERS,
              "ord_hdr WHERE ord_no > " + ORDERS)) {
        statement.execute("DELETE FROM " + fewer);
      }
    }
    migration = migration(spec);
    before = producers();
  }

  StackAddress address() {
    return stack.address();
  }

  /// The spec of the example.
  Path spec() {
    return spec;
  }

  /// Another spec beside it.
  ///
  /// @param changes texts of the example's spec, each with what stands there instead
  Path spec(String name, Map<String, String> changes) throws Exception {
    String text = Files.readString(spec);
    for (var each : changes.entrySet()) {
      assertThat(text).contains(each.getKey());
      text = text.replace(each.getKey(), each.getValue());
    }
    return Files.writeString(spec.resolveSibling(name), text);
  }

  static Migration migration(Path spec) {
    return MigrationReader.read(spec, Map.of());
  }

  /// @param state directory of its state, within the stage's
  Running run(Path of, String state) {
    var health = new Health();
    var settings =
        new MigrationRun.Settings(
            EnumSet.allOf(Role.class),
            directory.resolve(state),
            health,
            new PipelineMetrics(new SimpleMeterRegistry(), "shop"),
            new LagRecorder());
    return new Running(MigrationRun.start(migration(of), settings), health);
  }

  /// What `tandem WORD SPEC …` ends with.
  static Ended tandem(Path of, String... arguments) {
    return Ended.of(of, arguments);
  }

  void awaitCompared() {
    try (var reader = reader(migration)) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(() -> reader.capture().isLoaded() && reader.uncompared().isEmpty());
    }
  }

  private static StatusReader reader(Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  void awaitMissing(String reason) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              var status = tandem(spec, "rebuild", "status", "--domain", "customers", "--json");
              JsonNode newest = JSON.readTree(status.out()).path("generations").path(1);
              return newest.path("missing").toString().contains(reason);
            });
  }

  /// All that was committed is applied by every generation, seen and compared.
  void awaitAtRest(Path of) throws Exception {
    Migration seen = migration(of);
    String end = end(legacy());
    try (var reader = reader(seen)) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () ->
                  reader.capture().hasProven(end)
                      && reader.read().stream().allMatch(domain -> domain.pending() == 0)
                      && isLevel());
      long moment = Clock.systemUTC().millis() * 1000;
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isIdleSince(seen, moment));
    }
  }

  /// How many dead letters `status` counts of the domain.
  long deadLetters(Path of) throws Exception {
    try (var reader = reader(migration(of))) {
      return reader.read().stream()
          .filter(domain -> domain.domain().equals("customers"))
          .mapToLong(domain -> domain.deadLetters())
          .sum();
    }
  }

  private boolean isLevel() throws SQLException {
    return query(
            "SELECT count(*) FROM (SELECT 1 FROM tandem.checkpoint GROUP BY domain, partition, outbox_of"
                + " HAVING min(outbox_offset) <> max(outbox_offset)) AS behind")
        .equals("0");
  }

  private static boolean isIdleSince(Migration migration, long moment) {
    var book =
        LagReader.recent(
            migration.kafka().objects(),
            new Topics("shop", "").reconciliationLag(),
            Clock.systemUTC());
    return migration.compared().domains().stream()
        .map(domain -> book.domain(domain.name(), domain.partitions()))
        .allMatch(domain -> domain.state() == LagReport.State.IDLE && domain.at() > moment);
  }

  void assertEqual() throws SQLException {
    try (var legacy = legacy();
        var target = target()) {
      assertThat(Comparison.compare(legacy, target).samples()).isEmpty();
    }
  }

  /// Every event of a ledger.
  List<String> events(String topic) {
    var events = new ArrayList<String>();
    try (var ledger = new LedgerReader(migration.kafka().objects(), topic)) {
      ledger.toEnd(
          entry -> {
            Divergence event = entry.event();
            events.add(event.kind() + " of " + event.entity() + " " + event.state());
          });
    }
    return events;
  }

  /// Topics, groups and subjects whose names are like this.
  Set<String> inKafka(String regex) throws Exception {
    var found = new TreeSet<String>();
    try (Admin admin = Admin.create(migration.kafka().objects())) {
      admin.listTopics().names().get().forEach(found::add);
      admin.listGroups().all().get().forEach(group -> found.add("group " + group.groupId()));
    }
    migration.kafka().registryClient().subjects().forEach(name -> found.add("subject " + name));
    found.removeIf(name -> !name.matches(regex));
    return found;
  }

  /// The directories of streams.
  Set<String> directories(String state) throws Exception {
    try (var paths = Files.list(directory.resolve(state))) {
      return paths
          .map(path -> String.valueOf(path.getFileName()))
          .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
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

  /// The first value that a query of the target gives.
  String query(String sql) throws SQLException {
    return rows(target(), sql).getFirst();
  }

  /// Every row of a query, as text.
  static List<String> rows(Connection store, String sql) throws SQLException {
    try (store;
        var statement = store.createStatement();
        var rows = statement.executeQuery(sql)) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(String.valueOf(rows.getString(1)));
      }
      return found;
    }
  }

  void target(String sql) throws SQLException {
    try (var target = target();
        var statement = target.createStatement()) {
      statement.execute(sql);
    }
  }

  void legacy(String sql) throws SQLException {
    try (var legacy = legacy();
        var statement = legacy.createStatement()) {
      statement.execute(sql);
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

  @Override
  public void close() {
    try (stack) {
      assertThat(producers()).as("who still writes to Kafka").isSubsetOf(before);
    }
  }

  private static Set<Thread> producers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kafka-producer-network-thread"))
        .collect(Collectors.toSet());
  }
}
