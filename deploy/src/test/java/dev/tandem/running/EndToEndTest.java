package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.audit.OutboxAudit;
import dev.tandem.demo.Comparison;
import dev.tandem.demo.Examples;
import dev.tandem.demo.ShopData;
import dev.tandem.demo.Workload;
import dev.tandem.diff.MappingDiff;
import dev.tandem.diff.MappingDiff.Change;
import dev.tandem.diff.OutboxReplay;
import dev.tandem.plan.DomainPlan;
import dev.tandem.program.Ended;
import dev.tandem.run.MigrationReader;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StackAddress;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole program as a process of its own, killed without warning while people use the shop.
class EndToEndTest {
  private static final int KILLS = Integer.getInteger("tandem.kills", 3);
  private static final List<String> DOMAINS = List.of("customers", "orders", "catalog");
  @TempDir private Path directory;

  /// However slow the machine is: a minute and a half on one that has nothing else to do.
  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void shouldEndEqualWithTopicsWithoutGapOrDuplicateHoweverOftenItIsKilled() throws Exception {
    long seed = Long.getLong("tandem.seed", System.nanoTime());
    var random = new Random(seed);
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")))) {
      StackAddress address = stack.address();
      Path spec = Examples.unpackShop(directory);
      var registry =
          new SchemaRegistryClient(
              RegistryConfig.of(Map.of("schema.registry.url", address.registry())));
      var audit = new OutboxAudit(Map.of("bootstrap.servers", address.kafka()), registry);
      fill(address, spec);
      var program = new Program(address, spec);
      Process running;
      try (var workload = new Workload(() -> legacy(address), 2, Duration.ofMillis(10))) {
        workload.start();
        running = program.start();
        for (int kill = 0; kill < KILLS; kill++) {
          rest(Duration.ofMillis(3_000 + random.nextInt(9_000)));
          running.destroyForcibly().waitFor();
          running = program.start();
        }
        awaitStreamed(audit);
      }
      awaitCaughtUp(address, spec);
      running.destroy();
      assertThat(running.waitFor(Duration.ofSeconds(60))).as("stops on SIGTERM").isTrue();
      try (var legacy = legacy(address);
          var target = target(address)) {
        var outcome = Comparison.compare(legacy, target);
        assertThat(outcome.samples()).as("seed %d: %s", seed, program.log()).isEmpty();
        assertThat(outcome.isEqual()).as("seed %d", seed).isTrue();
        assertForeseen(address, spec, legacy);
      }
      for (String domain : DOMAINS) {
        for (String topic : List.of("outbox", "observed")) {
          var counts = audit.read("shop." + domain + "." + topic);
          assertThat(counts.changes()).as("seed %d: %s %s", seed, domain, topic).isPositive();
          assertThat(List.of(counts.twice(), counts.back(), counts.unmarked(), counts.open()))
              .as("seed %d: twice, back, unmarked, open in %s %s", seed, domain, topic)
              .containsOnly(0L);
        }
      }
    }
  }

  /// Another lookup of one field: exactly those customers that have the code would change, each in
  /// that field, by tenant.
  private static void assertForeseen(StackAddress address, Path spec, Connection legacy)
      throws IOException, SQLException {
    String text = Files.readString(spec);
    Path other =
        Files.writeString(
            spec.resolveSibling("other.yaml"), text.replace("B: BLOCKED } }", "B: INACTIVE } }"));
    assertThat(Files.readString(other)).isNotEqualTo(text);
    var before = MigrationReader.read(spec, Examples.environment(address));
    var after = MigrationReader.read(other, Examples.environment(address));
    assertForeseen(named(address, spec), named(address, other), blocked(legacy));
    var replay =
        new OutboxReplay(
            before.kafka().objects(), before.kafka().registryClient(), (_, _, _) -> {});
    Map<String, Long> tenants = blocked(legacy);
    assertThat(tenants).isNotEmpty();
    for (int d = 0; d < DOMAINS.size(); d++) {
      DomainPlan plan = before.plan().domains().get(d);
      var result = replay.compare(plan, after.plan().domains().get(d), 10);
      assertThat(result.missing()).isEmpty();
      assertThat(result.diffs().values()).allMatch(diff -> diff.count(Change.SAME) > 0);
      assertThat(result.isDifferent()).isEqualTo(plan.name().equals("customers"));
      if (result.isDifferent()) {
        MappingDiff diff = Objects.requireNonNull(result.diffs().get("Customer"));
        long all = tenants.values().stream().mapToLong(Long::longValue).sum();
        assertThat(diff.count(Change.CHANGED)).isEqualTo(all);
        assertThat(diff.count(Change.CHANGED) + diff.count(Change.SAME)).isEqualTo(diff.compared());
        assertThat(diff.fields()).containsExactly(Map.entry("status", all));
        assertThat(diff.tenants()).containsExactlyInAnyOrderEntriesOf(tenants);
        assertThat(diff.samples(Change.CHANGED))
            .hasSize((int) Math.min(10, all))
            .allMatch(
                sample ->
                    sample
                        .fields()
                        .equals(List.of(new MappingDiff.Field("status", "BLOCKED", "INACTIVE"))));
      }
    }
  }

  /// The same, as an operator asks for it.
  private static void assertForeseen(Path spec, Path other, Map<String, Long> tenants)
      throws IOException {
    var tandem = new Commands(spec);
    Ended told = tandem.run("diff", "--against", other.toString(), "--samples", "1", "--json");
    assertThat(told.code()).as(told.err()).isEqualTo(1);
    JsonNode domains = told.json().path("domains");
    JsonNode customers = named(domains, "domain", "customers");
    JsonNode customer = named(customers.path("entities"), "entity", "Customer");
    long all = tenants.values().stream().mapToLong(Long::longValue).sum();
    assertThat(told.json().path("different").asBoolean()).isTrue();
    assertThat(customer.path("changes").path("CHANGED").asLong()).isEqualTo(all);
    assertThat(customer.path("fields").path("status").asLong()).isEqualTo(all);
    assertThat(customer.path("fields")).hasSize(1);
    tenants.forEach(
        (tenant, count) ->
            assertThat(customer.path("tenants").path(tenant).asLong()).isEqualTo(count));
    assertThat(customer.path("samples")).hasSize(1);
    assertThat(tandem.run("diff", "--against", spec.toString()).code()).isZero();
  }

  private static JsonNode named(JsonNode all, String field, String name) {
    for (JsonNode each : all) {
      if (each.path(field).asText().equals(name)) {
        return each;
      }
    }
    throw new AssertionError(name + " is not in " + all);
  }

  /// The spec with its variables in place, for the command line.
  private static Path named(StackAddress address, Path spec) throws IOException {
    String text = Files.readString(spec);
    for (var each : Examples.environment(address).entrySet()) {
      text = text.replace("${" + each.getKey() + "}", each.getValue());
    }
    return Files.writeString(spec.resolveSibling("named-" + spec.getFileName()), text);
  }

  /// Customers with the code, by tenant.
  private static Map<String, Long> blocked(Connection legacy) throws SQLException {
    var tenants = new HashMap<String, Long>();
    try (var statement = legacy.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT tnt, count(*) FROM cust_mst WHERE stat_cd = 'B' GROUP BY tnt")) {
      while (rows.next()) {
        tenants.put(rows.getString(1), rows.getLong(2));
      }
    }
    return tenants;
  }

  private static void fill(StackAddress address, Path spec) throws IOException, SQLException {
    try (var legacy = legacy(address);
        var target = target(address)) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
      ShopData.fill(legacy);
      Shop.thin(legacy);
    }
  }

  /// However slow the machine is: something of the work was captured while it was done.
  private static void awaitStreamed(OutboxAudit audit) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions()
        .until(
            () ->
                DOMAINS.stream()
                    .allMatch(domain -> audit.read("shop." + domain + ".outbox").changes() > 0));
  }

  /// Lets time pass on purpose: when the program is killed is the subject of the test.
  private static void rest(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
  }

  private static void awaitCaughtUp(StackAddress address, Path spec) throws SQLException {
    String end;
    try (var legacy = legacy(address)) {
      end = end(legacy);
    }
    var migration = MigrationReader.read(spec, Examples.environment(address));
    try (var reader =
        new StatusReader(
            migration.plan(),
            migration.stores().target(),
            migration.kafka().objects(),
            Clock.systemUTC())) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(6))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () ->
                  reader.capture().isLoaded()
                      && reader.capture().hasProven(end)
                      && reader.read().stream().allMatch(domain -> domain.pending() == 0));
      String applied;
      try (var target = target(address)) {
        applied = end(target);
      }
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> reader.observe().isLoaded() && reader.observe().hasProven(applied));
    }
  }

  private static String end(Connection store) throws SQLException {
    try (var statement = store.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      return result.getString(1);
    }
  }

  private static Connection legacy(StackAddress address) throws SQLException {
    var legacy = address.legacy();
    return DriverManager.getConnection(legacy.url(), legacy.user(), legacy.password());
  }

  private static Connection target(StackAddress address) throws SQLException {
    var target = address.target();
    return DriverManager.getConnection(target.url(), target.user(), target.password());
  }

  /// `tandem run` in a process of its own.
  private final class Program {
    private final StackAddress address;
    private final Path spec;
    private final Path log = directory.resolve("run.log");

    Program(StackAddress address, Path spec) {
      this.address = address;
      this.spec = spec;
    }

    Process start() throws IOException {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-Xmx1g",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              System.getProperty("java.class.path"),
              "dev.tandem.program.Tandem",
              "run",
              spec.toString(),
              "--state",
              directory.resolve("state").toString(),
              "--listen",
              "127.0.0.1:0"));
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(Examples.environment(address));
      return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }

    String log() throws IOException {
      var lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }
  }
}
