package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.audit.OutboxAudit;
import dev.tandem.demo.Workload;
import dev.tandem.run.Role;
import dev.tandem.running.RoleProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain of the running shop gets another number of partitions: its rows are read once more into
/// an outbox of its own while people use it and processes are killed; the new generation is
/// promoted, taken back, promoted again, and nothing is left of the former outbox.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class GrowTest {
  private static final String FOUR = "contact: crm-oncall@example.com }\n    partitions: 4";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OUTBOX = "shop.customers.outbox";
  private static final String CONTENT =
      """
      SELECT ROW(c.*, b.*, (SELECT string_agg(a::text, ',' ORDER BY a.address_id)
                              FROM %1$s.customer_address a WHERE a.customer_id = c.customer_id))::text
        FROM %1$s.customer c LEFT JOIN %1$s.billing_account b USING (customer_id)
       ORDER BY customer_id""";

  @TempDir private Path directory;
  private RebuildStage stage;

  @BeforeEach
  void start() throws Exception {
    stage = new RebuildStage(directory);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  private Path spec(int partitions) throws Exception {
    return stage.spec(
        "of-" + partitions + ".yaml", Map.of(FOUR, FOUR.replace("4", "" + partitions)));
  }

  @Test
  @Tag("nightly")
  void shouldGrowUnderLoadWhileProcessesAreKilledAndLeaveNothing() throws Exception {
    Path seven = spec(7);
    try (var _ = stage.run(stage.spec(), "state")) {
      stage.awaitCompared();
      assertRefusals(seven);
      try (var other = process(stage.spec())) {
        // Each takes from the other whatever it had: capture, partitions, sweeps.
        try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
          people.start();
          assertThat(step(seven, "start", "--from", "legacy").out())
              .contains("generation 2 of customers is being built");
          other.kill();
          awaitApplied(1);
          other.kill();
          exchange(seven, "promote", "generation 2 of customers is live");
          other.kill();
        }
        assertEqualOnBothSides(seven, "tandem_shop_customers_1");
      }
      takeBackAndPromoteAgain(seven);
    }
    leaveNothing(seven);
  }

  /// The other way round nothing differs: what had seven partitions has two.
  @Test
  void shouldShrinkUnderLoad() throws Exception {
    Path two = spec(2);
    try (var _ = stage.run(stage.spec(), "state")) {
      stage.awaitCompared();
      try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
        people.start();
        assertThat(step(two, "start", "--from", "legacy").err()).isEmpty();
        exchange(two, "promote", "generation 2 of customers is live");
      }
    }
    try (var _ = stage.run(two, "state")) {
      assertEqualOnBothSides(two, "tandem_shop_customers_1");
      assertThat(step(two, "cleanup").err()).isEmpty();
      stage.legacy("UPDATE cust_mst SET bal_cents = bal_cents + 1");
      stage.awaitAtRest(two);
      stage.assertEqual();
      assertSound(two, OUTBOX + ".2");
      assertThat(stage.events("shop.divergence")).as("divergences of the live tables").isEmpty();
    }
  }

  private void takeBackAndPromoteAgain(Path seven) throws Exception {
    try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
      people.start();
      exchange(seven, "demote", "generation 1 of customers is live");
    }
    assertEqualOnBothSides(seven, "tandem_shop_customers_2");
    try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
      people.start();
      exchange(stage.spec(), "promote", "generation 2 of customers is live");
    }
    assertEqualOnBothSides(seven, "tandem_shop_customers_1");
    assertSound(seven, OUTBOX, OUTBOX + ".2");
    assertThat(stage.events("shop.divergence")).as("divergences of the live tables").isEmpty();
    assertThat(stage.events("shop.customers.divergence.2")).isEmpty();
    assertThat(stage.deadLetters(seven)).isZero();
  }

  private void leaveNothing(Path seven) throws Exception {
    try (var run = stage.run(seven, "state")) {
      Awaitility.await().atMost(RebuildStage.PATIENCE).until(() -> run.health().isReady());
      assertThat(step(seven, "cleanup").err()).isEmpty();
      assertThat(
              stage.inKafka(
                  "(group |subject )?shop\\.customers\\.(outbox|observed|contract|repair|translate|reconcile)"
                      + "(-.*|\\.v\\d.*)?"
                      + "|.*customers\\.(observed|divergence|reconciliation-lag|reconcile)\\.\\d.*"
                      + "|group shop\\.customers\\.apply\\.1"))
          .isEmpty();
      assertThat(
              RebuildStage.rows(
                  stage.target(),
                  "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tandem\\_%'"))
          .isEmpty();
      assertThat(
              stage.query(
                  "SELECT count(*) FROM tandem.checkpoint"
                      + " WHERE domain = 'customers' AND generation = 1"))
          .isEqualTo("0");
      assertThat(RebuildStage.rows(stage.legacy(), "SELECT slot_name FROM pg_replication_slots"))
          .containsExactly("tandem_shop");
      stage.legacy("UPDATE cust_mst SET bal_cents = bal_cents + 1, stat_cd = 'I'");
      stage.awaitAtRest(seven);
      stage.assertEqual();
      assertSound(seven, OUTBOX + ".2");
      Ended setUp = RebuildStage.tandem(seven, "setup", "--print");
      assertThat(setUp.code()).isZero();
      assertThat(setUp.out()).contains("shop.customers.outbox.2 (7 partitions");
      assertThat(setUp.out()).doesNotContain("shop.customers.contract-", "to do");
      Awaitility.await()
          .atMost(RebuildStage.PATIENCE)
          .until(
              () ->
                  stage.directories("state").stream()
                      .filter(name -> name.startsWith("customers"))
                      .toList()
                      .equals(List.of("customers.live.2-reconcile", "customers.translate.2")));
    }
    try (var former = stage.run(stage.spec(), "former")) {
      Awaitility.await()
          .atMost(RebuildStage.PATIENCE)
          .until(
              () ->
                  former.health().explained().stream()
                      .anyMatch(
                          line ->
                              line.contains("expected 4 partitions, found 7")
                                  && line.contains("start --domain customers --from legacy")));
    }
  }

  private void assertRefusals(Path seven) throws Exception {
    assertRefused(
        step(seven, "start"), "expected partitions: 4 as the live generation has them, found 7");
    assertRefused(
        step(stage.spec(), "start", "--from", "legacy"),
        "expected another number of partitions than the 4 of the live generation");
    assertThat(RebuildStage.tandem(seven, "setup", "--print").out())
        .contains("start --domain customers --from legacy");
    try (var wrong = stage.run(seven, "wrong")) {
      Awaitility.await()
          .atMost(RebuildStage.PATIENCE)
          .until(
              () ->
                  wrong.health().explained().stream()
                      .anyMatch(
                          line ->
                              line.startsWith("set-up: stopped (")
                                  && line.contains("expected 7 partitions, found 4")
                                  && line.contains("--from legacy")));
    }
  }

  private RoleProcess process(Path spec) throws Exception {
    return new RoleProcess(stage.address(), spec, EnumSet.allOf(Role.class), "process");
  }

  /// So many customers stand in the new tables.
  private void awaitApplied(int customers) {
    Awaitility.await()
        .atMost(RebuildStage.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                Integer.parseInt(
                        stage.query("SELECT count(*) FROM tandem_shop_customers_2.customer"))
                    >= customers);
  }

  private void assertEqualOnBothSides(Path spec, String beside) throws Exception {
    stage.awaitAtRest(spec);
    Awaitility.await().atMost(RebuildStage.PATIENCE).until(() -> behind(spec) == 0);
    stage.assertEqual();
    assertThat(RebuildStage.rows(stage.target(), CONTENT.formatted(beside)))
        .hasSizeGreaterThan(1_000)
        .isEqualTo(RebuildStage.rows(stage.target(), CONTENT.formatted("crm")));
  }

  private static long behind(Path spec) throws Exception {
    return generations(spec).mapToLong(each -> each.path("behind").longValue()).sum();
  }

  /// What is missing to the proof that the tables beside the live ones are equal to them.
  private static List<String> missing(Path spec) throws Exception {
    return generations(spec)
        .flatMap(each -> StreamSupport.stream(each.path("missing").spliterator(), false))
        .map(JsonNode::toString)
        .toList();
  }

  private static Stream<JsonNode> generations(Path spec) throws Exception {
    JsonNode generations = JSON.readTree(step(spec, "status", "--json").out()).path("generations");
    return StreamSupport.stream(generations.spliterator(), false);
  }

  /// In each partition every change stands once, in the order of commits, and each transaction's
  /// last one is marked.
  private static void assertSound(Path spec, String... outboxes) {
    var migration = RebuildStage.migration(spec);
    for (String outbox : outboxes) {
      var found =
          new OutboxAudit(migration.kafka().objects(), migration.kafka().registryClient())
              .read(outbox);
      assertThat(found.isSound()).as("%s: %s", outbox, found).isTrue();
      assertThat(found.changes()).as(outbox).isPositive();
    }
  }

  private static Ended step(Path spec, String action, String... more) {
    var words = new ArrayList<>(List.of("rebuild", action, "--domain", "customers"));
    words.addAll(List.of(more));
    return RebuildStage.tandem(spec, words.toArray(String[]::new));
  }

  private static void exchange(Path spec, String way, String words) {
    // By itself the command would wait for ever, and not tell the test for what.
    Awaitility.await()
        .atMost(RebuildStage.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(missing(spec)).isEmpty());
    Ended ended = step(spec, way, "--wait");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains(words);
  }

  private static void assertRefused(Ended ended, String... reasons) {
    assertThat(ended.err()).contains(reasons);
    assertThat(ended.code()).isEqualTo(3);
  }
}
