package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.capture.Side;
import dev.tandem.demo.Comparison;
import dev.tandem.demo.Examples;
import dev.tandem.demo.ShopData;
import dev.tandem.demo.Workload;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.jobs.StorePressure;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain of the running shop is rebuilt while people use it, promoted, demoted and cleaned up,
/// by the commands that an operator types.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class RebuildTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int CUSTOMERS = 1_900;
  private static final int ORDERS = 3_800;
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir private Path directory;
  private Stack stack;
  private Path spec;
  private Migration migration;
  private MigrationRun run;

  /// What a command line ended with.
  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void start() throws Exception {
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
    migration = MigrationReader.read(spec, Map.of());
    run =
        MigrationRun.start(
            migration,
            new MigrationRun.Settings(
                EnumSet.allOf(Role.class),
                directory.resolve("state"),
                new Health(),
                new PipelineMetrics(new SimpleMeterRegistry(), "shop"),
                new LagRecorder()));
  }

  @AfterEach
  void stop() {
    run.close();
    stack.close();
  }

  @Test
  void shouldRebuildPromoteDemoteAndLeaveNothing() throws Exception {
    awaitCompared();
    String orders = epochs("orders");
    try (var people = new Workload(this::legacy, 2, Duration.ofMillis(20))) {
      people.start();
      var started = tandem("rebuild", "start", "--domain", "customers", "--why", "to see");
      assertThat(started.out())
          .contains("CREATE TABLE \"tandem_shop_customers_2\".\"customer\"")
          .contains("generation 2 of customers is being built");
      assertThat(tandem("rebuild", "start", "--domain", "customers").code()).isEqualTo(3);

      // C18: wrong before the first V, and never changed again.
      String planted = "9f8b7a60-0000-4000-8000-000000000001";
      target(
          "INSERT INTO tandem_shop_customers_2.billing_account VALUES ('"
              + planted
              + "', 'acme', 1, NULL, 0)");
      awaitMissing("divergences are open");
      var refused = tandem("rebuild", "promote", "--domain", "customers");
      assertThat(refused.code()).isEqualTo(3);
      assertThat(refused.err()).contains("generation 2 of customers is not proven equal");
      assertThat(
              tandem("divergences", "--domain", "customers", "--generation", "2", "--open").out())
          .contains("UNEXPECTED", "tandem_shop_customers_2");
      target(
          "DELETE FROM tandem_shop_customers_2.billing_account WHERE customer_id = '"
              + planted
              + "'");

      var promoted = tandem("rebuild", "promote", "--domain", "customers", "--wait");
      assertThat(promoted.err()).isEmpty();
      assertThat(promoted.out()).contains("generation 2 of customers is live");
    }
    awaitAtRest();
    assertEqual();
    assertThat(content("tandem_shop_customers_1")).isEqualTo(content("crm"));

    try (var people = new Workload(this::legacy, 2, Duration.ofMillis(20))) {
      people.start();
      assertThat(tandem("rebuild", "demote", "--domain", "customers", "--wait").out())
          .contains("generation 1 of customers is live");
    }
    awaitAtRest();
    assertEqual();
    assertThat(content("tandem_shop_customers_2")).isEqualTo(content("crm"));

    // Its reconciler comes back over state of before, and is not taken in by it.
    assertThat(tandem("rebuild", "promote", "--domain", "customers", "--wait").out())
        .contains("generation 2 of customers is live");
    assertThat(opened(2))
        .as("nothing but what was planted")
        .containsOnly("UNEXPECTED OPENED", "UNEXPECTED CLOSED");
    var cleaned = tandem("rebuild", "cleanup", "--domain", "customers");
    assertThat(cleaned.err()).isEmpty();
    assertThat(cleaned.code()).isZero();
    assertThat(remains()).isEmpty();
    awaitAtRest();
    assertEqual();
    assertThat(epochs("orders")).as("another domain's apply goes on untouched").isEqualTo(orders);
    assertThat(opened()).as("divergences of the live tables").isEmpty();
    assertThat(isSeenByJobs()).as("jobs look at the generation that is live").isTrue();
  }

  /// Whether jobs know that the first record of a partition has been applied.
  private boolean isSeenByJobs() {
    var order =
        new JobOrder(
            "any",
            JobOrder.Kind.BACKFILL,
            "customers",
            JobScope.ALL,
            JobLimits.NONE,
            JobOrder.Wanted.RUN,
            new JobOrder.Asked("a test", "", 0, 0));
    try (var pressure = new StorePressure(migration, Side.LEGACY)) {
      return pressure.hasApplied(order, new TreeMap<>(Map.of(0, 0L)));
    }
  }

  private Ended tandem(String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.add(1, spec.toString());
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Tandem.commands()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words.toArray(String[]::new));
    return new Ended(code, out.toString(), err.toString());
  }

  private void awaitCompared() {
    try (var reader = reader()) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(() -> reader.capture().isLoaded() && reader.uncompared().isEmpty());
    }
  }

  private StatusReader reader() {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  private void awaitMissing(String reason) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              var status = tandem("rebuild", "status", "--domain", "customers", "--json");
              JsonNode newest = JSON.readTree(status.out()).path("generations").path(1);
              return newest.path("missing").toString().contains(reason);
            });
  }

  /// All that was committed is applied by every generation, seen and compared.
  private void awaitAtRest() throws Exception {
    String end = end(legacy());
    try (var reader = reader()) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () ->
                  reader.capture().hasProven(end)
                      && reader.read().stream().allMatch(domain -> domain.pending() == 0)
                      && isLevel());
      long seen = Clock.systemUTC().millis() * 1000;
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isIdleSince(seen));
    }
  }

  private boolean isLevel() throws SQLException {
    return query(
            "SELECT count(*) FROM (SELECT 1 FROM tandem.checkpoint GROUP BY domain, partition"
                + " HAVING min(outbox_offset) <> max(outbox_offset)) AS behind")
        .equals("0");
  }

  private boolean isIdleSince(long moment) {
    var book =
        LagReader.recent(
            migration.kafka().objects(),
            new Topics("shop", "").reconciliationLag(),
            Clock.systemUTC());
    return migration.plan().domains().stream()
        .map(domain -> book.domain(domain.name(), domain.partitions()))
        .allMatch(domain -> domain.state() == LagReport.State.IDLE && domain.at() > moment);
  }

  private void assertEqual() throws SQLException {
    try (var legacy = legacy();
        var target = target()) {
      assertThat(Comparison.compare(legacy, target).samples()).isEmpty();
    }
  }

  private String content(String schema) throws SQLException {
    return query(
        """
        SELECT (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %1$s.customer t) || ' '
            || (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %1$s.customer_address t)
            || ' '
            || (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %1$s.billing_account t)"""
            .formatted(schema));
  }

  private String epochs(String domain) throws SQLException {
    return query(
        "SELECT string_agg(epoch::text, ' ' ORDER BY partition) FROM tandem.checkpoint WHERE domain = '"
            + domain
            + "'");
  }

  private DomainPlan customers() {
    return migration.plan().domains().stream()
        .filter(domain -> domain.name().equals("customers"))
        .findFirst()
        .orElseThrow();
  }

  /// Every event of a generation's ledger.
  private Set<String> opened(int generation) {
    var opened = new TreeSet<String>();
    String topic = customers().beside(generation).topics().divergence();
    try (var ledger = new LedgerReader(migration.kafka().objects(), topic)) {
      ledger.toEnd(entry -> opened.add(entry.event().kind() + " " + entry.event().state()));
    }
    return opened;
  }

  /// Every event of the migration's own ledger.
  private List<String> opened() {
    var opened = new ArrayList<String>();
    try (var ledger =
        new LedgerReader(migration.kafka().objects(), new Topics("shop", "").divergence())) {
      ledger.toEnd(
          entry -> {
            Divergence event = entry.event();
            opened.add(event.kind() + " of " + event.entity() + " " + event.state());
          });
    }
    return opened;
  }

  /// What is left of any generation but the live one.
  private Set<String> remains() throws Exception {
    var remains = new TreeSet<String>();
    for (String what :
        List.of(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tandem\\_%'",
            "SELECT schemaname || '.' || tablename FROM pg_publication_tables"
                + " WHERE schemaname LIKE 'tandem\\_%'",
            "SELECT 'checkpoint of ' || domain || ' ' || generation FROM tandem.checkpoint"
                + " WHERE generation = 1 AND domain = 'customers'",
            "SELECT 'refusal of ' || domain FROM tandem.refusal"
                + " WHERE generation = 1 AND domain = 'customers'")) {
      try (var target = target();
          var statement = target.createStatement();
          var rows = statement.executeQuery(what)) {
        while (rows.next()) {
          remains.add(rows.getString(1));
        }
      }
    }
    try (Admin admin = Admin.create(migration.kafka().objects())) {
      var names = new ArrayList<>(admin.listTopics().names().get());
      admin.listGroups().all().get().forEach(group -> names.add("group " + group.groupId()));
      names.removeIf(
          name ->
              !name.matches(
                  ".*\\.(observed|divergence|reconciliation-lag|reconcile)\\.\\d+.*|group shop\\.customers\\.apply\\.1"));
      remains.addAll(names);
    }
    migration.kafka().registryClient().subjects().stream()
        .filter(name -> name.matches(".*\\.(observed|divergence|reconciliation-lag)\\.\\d+-.*"))
        .forEach(remains::add);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> directories().stream().noneMatch(name -> name.matches("customers\\.\\d.*")));
    return remains;
  }

  private List<String> directories() throws Exception {
    try (var paths = Files.list(directory.resolve("state"))) {
      return paths.map(path -> String.valueOf(path.getFileName())).toList();
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

  private String query(String sql) throws SQLException {
    try (var target = target();
        var statement = target.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private void target(String sql) throws SQLException {
    try (var target = target();
        var statement = target.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection legacy() throws SQLException {
    return connect(stack.address().legacy());
  }

  private Connection target() throws SQLException {
    return connect(stack.address().target());
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }
}
