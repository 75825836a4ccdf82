package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// Invariants of a migration that runs and is written to. Two domains read the same table; the
/// mapping of one of them is wrong. Each test leaves both stores as it found them.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class InvariantsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 400;
  private static final String CONTRACT =
      """
      {"type": "record", "name": "Sale", "namespace": "mini", "fields": [
        {"name": "saleId", "type": "int"}, {"name": "tenantId", "type": "string"},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 14, "scale": 2}},
        {"name": "status", "type": "string"}]}
      """;
  private static final String DOMAIN =
      """
        %1$s:
          owner: { team: shop, contact: shop@example.com }
          partitions: 3
          partition-by: saleId
          tenant: tenantId
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Sale:
              contract: contracts/sale
              version: 1
              from: { root: public.sale }
              key: saleId
              map:
                saleId: no
                tenantId: tnt
                amount: { decimal: cents, scale: 2 }
                status: { lookup: st, values: { N: NEW, P: PAID, X: %2$s } }
              to: { table: public.%1$s }
          invariants:
            per-tenant:
              key: 1
              legacy: SELECT tnt, count(*), sum(cents) / 100.0 FROM sale GROUP BY tnt
              target: SELECT tenant_id, count(*), sum(amount) FROM %1$s GROUP BY tenant_id
            all-of-it:
              legacy: SELECT sum(cents) / 100.0 FROM sale
              target: SELECT sum(amount) FROM %1$s
            cancelled:
              legacy: SELECT no FROM sale WHERE st = 'X'
              target: SELECT sale_id FROM %1$s WHERE status = 'CANCELLED'
          sunset:
            permanent: { because: "a test", review: 2027-12-31 }
      """;
  private MiniMigration mini;
  private Path directory;
  private Path spec;
  private MigrationRun run;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    mini = MiniMigration.start(temporary);
    mini.legacy(
        "CREATE TABLE sale (no int PRIMARY KEY, tnt text NOT NULL, cents bigint NOT NULL,"
            + " st char(1) NOT NULL)",
        "INSERT INTO sale SELECT i, 't' || i % 5, i * 7, substr('NPX', 1 + i % 3, 1)"
            + " FROM generate_series(1, 400) i");
    for (String table : List.of("sold", "missold")) {
      mini.target(
          "CREATE TABLE "
              + table
              + " (sale_id int PRIMARY KEY, tenant_id text NOT NULL, amount numeric(14,2) NOT NULL,"
              + " status text NOT NULL)");
    }
    Path contract = Files.createDirectories(directory.resolve("contracts/sale"));
    Files.writeString(contract.resolve("v1.avsc"), CONTRACT);
    String servers = Files.readString(mini.spec());
    spec =
        Files.writeString(
            directory.resolve("sales.yaml"),
            servers.substring(0, servers.indexOf("domains:"))
                + "domains:\n"
                + DOMAIN.formatted("sold", "CANCELLED")
                + DOMAIN.formatted("missold", "PAID"));
    run = running(EnumSet.allOf(Role.class));
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> tandem("divergences", "--json").json().path("notCompared").isEmpty());
  }

  @AfterAll
  void stop() {
    run.close();
    mini.close();
  }

  private MigrationRun running(Set<Role> roles) {
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "mini");
    return MigrationRun.start(
        MigrationReader.read(spec, Map.of()),
        new MigrationRun.Settings(
            roles, directory.resolve("state"), new Health(), metrics, new LagRecorder()));
  }

  private void runAgain(Set<Role> roles) {
    run.close();
    run = running(roles);
  }

  /// People who write until it is closed: money goes from sale to sale of different partitions, and
  /// sales come, change their status and go. They leave what they did not make as it was in number.
  private final class People implements AutoCloseable {
    private final AtomicBoolean goesOn = new AtomicBoolean(true);
    private final AtomicLong transactions = new AtomicLong();
    private final List<CompletableFuture<Void>> all = new ArrayList<>();

    People(int count) {
      for (int i = 0; i < count; i++) {
        int person = i;
        all.add(CompletableFuture.runAsync(() -> write(person)));
      }
    }

    private void write(int person) {
      var random = new Random(person);
      try (var connection = mini.connect("legacy");
          var statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        while (goesOn.get()) {
          int one = 10 + random.nextInt(ROWS - 10);
          int other = 10 + random.nextInt(ROWS - 10);
          int cents = random.nextInt(1000);
          int no = 1000 + person * 1000 + random.nextInt(50);
          // In the order of the numbers, so that no two of them wait for each other.
          move(statement, Math.min(one, other), -cents);
          move(statement, Math.max(one, other), cents);
          statement.execute(
              random.nextInt(3) == 0
                  ? "DELETE FROM sale WHERE no = " + no
                  : ("INSERT INTO sale VALUES (%d, 't%d', 100, 'X') ON CONFLICT (no) DO UPDATE SET"
                          + " st = 'P', cents = sale.cents + 1")
                      .formatted(no, random.nextInt(5)));
          connection.commit();
          transactions.incrementAndGet();
        }
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }

    private void move(Statement statement, int no, int cents) throws SQLException {
      statement.execute("UPDATE sale SET cents = cents + " + cents + " WHERE no = " + no);
    }

    @Override
    public void close() {
      goesOn.set(false);
      all.forEach(CompletableFuture::join);
    }
  }

  @Test
  void shouldFindEqualStoresEqualEachTimeWhileTheyAreWritten() throws Exception {
    int times = Integer.getInteger("tandem.comparisons", 12);
    try (var people = new People(3)) {
      long longest = 0;
      for (int i = 0; i < times; i++) {
        long before = people.transactions.get();
        JsonNode report = compared(0, "sold");
        assertThat(report.path("equal").asBoolean()).isTrue();
        assertThat(report.path("compared")).hasSize(3);
        longest = Math.max(longest, report.path("heldMs").asLong());
        assertThat(people.transactions.get()).as("they went on").isGreaterThan(before);
      }
      assertThat(Duration.ofMillis(longest)).isLessThan(Duration.ofSeconds(30));
    }
    assertThat(tandem("divergences", "--open").code()).isZero();
    awaitApplied();
  }

  /// The reconciler compares by the mapping that is wrong, and finds nothing.
  @Test
  void shouldFindAFaultOfTheMappingThatNothingElseFinds() throws Exception {
    JsonNode verified = JSON.readTree(followed(1, "missold").out());
    assertThat(verified.path("state").asText()).isEqualTo("DONE");
    assertThat(verified.path("divergence").path("found").asInt()).isZero();
    JsonNode report = verified.path("invariants");
    assertThat(equality(report))
        .isEqualTo(Map.of("per-tenant", true, "all-of-it", true, "cancelled", false));
    JsonNode cancelled = report.path("compared").path(2);
    assertThat(cancelled.path("differences").asInt()).isGreaterThan(100);
    assertThat(cancelled.path("samples")).hasSize(10);
    assertThat(tandem("divergences", "--open").code()).isZero();
    Ended text = tandem("verify", "start", "--domain", "missold", "--invariants");
    assertThat(text.code()).isEqualTo(1);
    assertThat(text.out())
        .contains("invariants of missold: 2 of 3 equal; apply stood for")
        .contains("legacy only: ")
        .contains("SELECT sale_id FROM missold WHERE status = 'CANCELLED'");
  }

  @Test
  void shouldCompareInvariantsBehindAVerificationOfTheWholeDomain() throws Exception {
    try (var _ = new People(1)) {
      JsonNode report = JSON.readTree(followed(0, "sold").out());
      assertThat(report.path("invariants").path("equal").asBoolean()).isTrue();
    }
    awaitApplied();
  }

  @Test
  void shouldFindARowThatIsGoneFromTheTargetAndSayWhatTheLedgerHasOpen() throws Exception {
    try (var _ = new People(1)) {
      mini.target("DELETE FROM sold WHERE sale_id = 5");
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> tandem("divergences", "--open").code() == 1);
      JsonNode report = compared(1, "sold");
      JsonNode tenants = report.path("compared").path(0);
      assertThat(tenants.path("differences").asInt()).isEqualTo(1);
      assertThat(tenants.path("samples").path(0).path("legacy").path(0).asText()).isEqualTo("t0");
      assertThat(tenants.path("samples").path(0).path("columns").toString()).isEqualTo("[2,3]");
      assertThat(report.path("open").size()).isEqualTo(1);
      mini.target("INSERT INTO sold VALUES (5, 't0', 0.35, 'CANCELLED')");
      compared(0, "sold");
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> tandem("divergences", "--open").code() == 0);
    awaitApplied();
  }

  @Test
  void shouldLetApplyGoOnByItselfWhereWhoeverAskedIsKilled() throws Exception {
    try {
      runAgain(EnumSet.complementOf(EnumSet.of(Role.CAPTURE)));
      assertThat(compared(3, "sold", "--hold", "2s").path("reason").asText())
          .contains("capture has not passed log position");
      runAgain(EnumSet.complementOf(EnumSet.of(Role.APPLY)));
      mini.legacy("UPDATE sale SET cents = cents + 1 WHERE no = 4");
      assertThat(compared(3, "sold", "--hold", "15s").path("reason").asText())
          .contains("the target has not come to where the legacy store is: partition");
      assertThat(mini.query("target", "SELECT count(hold_by) FROM tandem.checkpoint"))
          .isEqualTo("0");
    } finally {
      runAgain(EnumSet.allOf(Role.class));
    }
    mini.legacy("UPDATE sale SET cents = cents - 1 WHERE no = 4");
    awaitApplied();
    compared(0, "sold");
  }

  @Test
  void shouldRefuseASecondComparisonWhileOneHoldsApply() throws Exception {
    mini.target(
        "UPDATE tandem.checkpoint SET hold_at = outbox_offset, hold_by = 'somebody',"
            + " hold_until = now() + interval '1 minute' WHERE domain = 'sold'");
    try {
      assertThat(compared(3, "sold").path("reason").asText())
          .contains("its apply is held already, for somebody");
    } finally {
      mini.target("UPDATE tandem.checkpoint SET hold_at = NULL, hold_by = NULL, hold_until = NULL");
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAnInvariantBeforeItIsCompared() throws Exception {
    String text = Files.readString(spec);
    Path wrong =
        Files.writeString(
            directory.resolve("wrong.yaml"),
            text.replace("SELECT sum(cents) / 100.0 FROM sale", "SELECT sum(centz) FROM sale")
                .replace("SELECT no FROM sale", "SELECT no::text FROM sale")
                .replaceFirst(
                    "SELECT sale_id FROM sold",
                    "SELECT sale_id FROM sold JOIN missold USING (sale_id)")
                .replace("WHERE status = 'CANCELLED'", ""));
    Ended check = ended(List.of("check", wrong.toString()));
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.out())
        .contains("invariants.all-of-it.legacy")
        .contains("column \"centz\" does not exist")
        .contains("expected comparable types in column 1, found no text")
        .contains("invariants.cancelled.target: it reads tables of domain missold");
    assertThat(ended(List.of("doctor", wrong.toString())).out())
        .contains("column \"centz\" does not exist");
    Ended none = tandem("verify", "status", "--domain", "sold", "--invariants");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("goes with START");
  }

  private static Map<String, Boolean> equality(JsonNode report) {
    var equal = new TreeMap<String, Boolean>();
    report
        .path("compared")
        .forEach(
            each -> equal.put(each.path("invariant").asText(), each.path("equal").asBoolean()));
    return equal;
  }

  private JsonNode compared(int code, String domain, String... more) throws Exception {
    var all =
        new ArrayList<>(List.of("verify", "start", "--domain", domain, "--invariants", "--json"));
    all.addAll(List.of(more));
    Ended ended = tandem(all.toArray(String[]::new));
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(code);
    return ended.json();
  }

  private Ended followed(int code, String domain) throws Exception {
    Ended ended = tandem("verify", "start", "--domain", domain, "--wait", "--json");
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(code);
    return ended;
  }

  private void awaitApplied() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .until(
            () ->
                tandem("status", "--json").json().path("domains").findValues("pending").stream()
                    .allMatch(pending -> pending.asInt() == 0));
  }

  private Ended tandem(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add(1, spec.toString());
    return ended(all);
  }

  private static Ended ended(List<String> arguments) {
    return Ended.of(arguments.toArray(String[]::new));
  }
}
