package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.Side;
import dev.tandem.demo.Workload;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.jobs.StorePressure;
import dev.tandem.program.RebuildStage.Running;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain of the running shop is rebuilt while people use it, promoted, demoted and cleaned up,
/// by the commands that an operator types.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class RebuildTest {
  @TempDir private Path directory;
  private RebuildStage stage;
  private Running run;

  @BeforeEach
  void start() throws Exception {
    stage = new RebuildStage(directory);
    run = stage.run(stage.spec(), "state");
  }

  @AfterEach
  void stop() {
    run.close();
    stage.close();
  }

  @Test
  void shouldRebuildPromoteDemoteAndLeaveNothing() throws Exception {
    stage.awaitCompared();
    String orders = epochs("orders");
    try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
      people.start();
      var started = tandem("rebuild", "start", "--domain", "customers", "--why", "to see");
      assertThat(started.out())
          .contains("CREATE TABLE \"tandem_shop_customers_2\".\"customer\"")
          .contains("generation 2 of customers is being built");
      assertThat(tandem("rebuild", "start", "--domain", "customers").code()).isEqualTo(3);

      // C18: wrong before the first V, and never changed again.
      String planted = "9f8b7a60-0000-4000-8000-000000000001";
      stage.target(
          "INSERT INTO tandem_shop_customers_2.billing_account VALUES ('"
              + planted
              + "', 'acme', 1, NULL, 0)");
      stage.awaitMissing("divergences are open");
      var refused = tandem("rebuild", "promote", "--domain", "customers");
      assertThat(refused.code()).isEqualTo(3);
      assertThat(refused.err()).contains("generation 2 of customers is not proven equal");
      assertThat(
              tandem("divergences", "--domain", "customers", "--generation", "2", "--open").out())
          .contains("UNEXPECTED", "tandem_shop_customers_2");
      stage.target(
          "DELETE FROM tandem_shop_customers_2.billing_account WHERE customer_id = '"
              + planted
              + "'");

      var promoted = tandem("rebuild", "promote", "--domain", "customers", "--wait");
      assertThat(promoted.err()).isEmpty();
      assertThat(promoted.out()).contains("generation 2 of customers is live");
    }
    stage.awaitAtRest(stage.spec());
    stage.assertEqual();
    assertThat(content("tandem_shop_customers_1")).isEqualTo(content("crm"));

    try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
      people.start();
      assertThat(tandem("rebuild", "demote", "--domain", "customers", "--wait").out())
          .contains("generation 1 of customers is live");
    }
    stage.awaitAtRest(stage.spec());
    stage.assertEqual();
    assertThat(content("tandem_shop_customers_2")).isEqualTo(content("crm"));

    // Its reconciler comes back over state of before, and is not taken in by it.
    assertThat(tandem("rebuild", "promote", "--domain", "customers", "--wait").out())
        .contains("generation 2 of customers is live");
    assertThat(stage.events("shop.customers.divergence.2"))
        .as("nothing but what was planted")
        .containsOnly("UNEXPECTED of BillingAccount OPENED", "UNEXPECTED of BillingAccount CLOSED");
    Path promising =
        stage.spec(
            "promising.yaml",
            Map.of("repair-within: 1m", "repair-within: 1m, rollback-within: 7d"));
    var early = RebuildStage.tandem(promising, "rebuild", "cleanup", "--domain", "customers");
    assertThat(early.code()).isEqualTo(3);
    assertThat(early.err()).contains("promises the way back until", "--although-early");
    assertThat(RebuildStage.tandem(promising, "rebuild", "status", "--domain", "customers").out())
        .contains("kept until ");
    var cleaned =
        RebuildStage.tandem(
            promising, "rebuild", "cleanup", "--domain", "customers", "--although-early");
    assertThat(cleaned.err()).isEmpty();
    assertThat(cleaned.code()).isZero();
    assertThat(remains()).isEmpty();
    stage.awaitAtRest(stage.spec());
    stage.assertEqual();
    assertThat(epochs("orders")).as("another domain's apply goes on untouched").isEqualTo(orders);
    assertThat(stage.events("shop.divergence")).as("divergences of the live tables").isEmpty();
    assertThat(
            tandem("actions", "--json").json().path("actions").findValuesAsText("what").reversed())
        .as("who did what")
        .containsExactly(
            "generations.start",
            "generations.start",
            "generations.promote",
            "generations.promote",
            "generations.demote",
            "generations.promote",
            "generations.cleanup",
            "generations.cleanup");
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
    try (var pressure = new StorePressure(RebuildStage.migration(stage.spec()), Side.LEGACY)) {
      return pressure.hasApplied(order, new TreeMap<>(Map.of(0, 0L)));
    }
  }

  private Ended tandem(String... arguments) {
    return RebuildStage.tandem(stage.spec(), arguments);
  }

  private String content(String schema) throws SQLException {
    return stage.query(
        """
        SELECT (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %1$s.customer t) || ' '
            || (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %1$s.customer_address t)
            || ' '
            || (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM %1$s.billing_account t)"""
            .formatted(schema));
  }

  private String epochs(String domain) throws SQLException {
    return stage.query(
        "SELECT string_agg(epoch::text, ' ' ORDER BY partition) FROM tandem.checkpoint WHERE domain = '"
            + domain
            + "'");
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
      remains.addAll(RebuildStage.rows(stage.target(), what));
    }
    remains.addAll(
        stage.inKafka(
            ".*\\.(observed|divergence|reconciliation-lag|reconcile)\\.\\d+.*"
                + "|group shop\\.customers\\.apply\\.1"));
    Awaitility.await()
        .atMost(RebuildStage.PATIENCE)
        .until(
            () ->
                stage.directories("state").stream()
                    .noneMatch(name -> name.matches("customers\\.\\d.*")));
    return remains;
  }
}
