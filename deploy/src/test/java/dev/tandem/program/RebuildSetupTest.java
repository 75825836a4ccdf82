package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.setup.Remnant;
import dev.tandem.setup.Setup;
import dev.tandem.setup.Step;
import dev.tandem.setup.Teardown;
import dev.tandem.setup.Teardown.Readers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// What `tandem rebuild` makes where nothing runs, and how set-up and its opposite know it.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class RebuildSetupTest {
  private static final String SCHEMAS =
      "SELECT coalesce(string_agg(nspname, ' '), '') FROM pg_namespace WHERE nspname LIKE 'tandem\\_%'";
  private MiniMigration mini;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    mini = MiniMigration.start(directory);
  }

  @AfterAll
  void stop() {
    mini.close();
  }

  @AfterEach
  void clean() throws Exception {
    mini.target(
        "DROP SCHEMA IF EXISTS tandem_mini_items_2 CASCADE",
        "DROP VIEW IF EXISTS public.labels",
        "ALTER TABLE new_item DROP COLUMN IF EXISTS remark");
    mini.clean();
  }

  private Ended tandem(String... arguments) throws Exception {
    return Ended.of(mini.spec(), arguments);
  }

  @Test
  void shouldPrintTheVerySqlAndChangeNothing() throws Exception {
    Setup.run(mini.site());
    var printed = tandem("rebuild", "start", "--domain", "items", "--print");
    assertThat(printed.code()).isZero();
    assertThat(printed.out())
        .contains(
            "CREATE SCHEMA \"tandem_mini_items_2\";",
            "CREATE TABLE \"tandem_mini_items_2\".\"new_item\" (LIKE \"public\".\"new_item\" INCLUDING ALL);",
            "ALTER PUBLICATION \"tandem_mini_target\" ADD TABLE ONLY \"tandem_mini_items_2\".\"new_item\";");
    assertThat(mini.query("target", SCHEMAS)).isEmpty();
    assertThat(mini.query("target", "SELECT count(*) FROM tandem.generation")).isEqualTo("0");
  }

  @Test
  void shouldNameWhatRefusesIt() throws Exception {
    Setup.run(mini.site());
    mini.target(
        "CREATE VIEW public.labels AS SELECT label FROM new_item",
        "ALTER TABLE new_item ADD remark text");
    var refused = tandem("rebuild", "start", "--domain", "items");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err())
        .contains("view public.labels would go on to read the old table")
        .contains("--leave-empty public.new_item.remark");
    mini.target("DROP VIEW public.labels");
    assertThat(
            tandem(
                    "rebuild",
                    "start",
                    "--domain",
                    "items",
                    "--leave-empty",
                    "public.new_item.remark")
                .code())
        .isZero();
    assertThat(tandem("rebuild", "promote", "--domain", "items").err())
        .contains("partition 1: its reconciler has reported nothing");
  }

  @Test
  void shouldBeKnownToSetUpAndLeaveNothingWhenItWasCancelled() throws Exception {
    Setup.run(mini.site());
    assertThat(tandem("rebuild", "start", "--domain", "items").code()).isZero();
    assertThat(Setup.plan(mini.site()).steps())
        .as("the publication is as it should be")
        .allSatisfy(step -> assertThat(step.state()).isEqualTo(Step.State.EXISTS));
    assertThat(tandem("doctor").out()).endsWith("0 failures, 0 warnings\n");
    assertThat(tandem("rebuild", "cleanup", "--domain", "items").err()).contains("cancel it first");

    assertThat(tandem("rebuild", "cancel", "--domain", "items").code()).isZero();
    var cleaned = tandem("rebuild", "cleanup", "--domain", "items");
    assertThat(cleaned.code()).isZero();
    assertThat(cleaned.out()).contains("removed  topic mini.items.observed.2");
    assertThat(mini.query("target", SCHEMAS)).isEmpty();
    assertThat(Setup.plan(mini.site()).isComplete()).isTrue();
    try (var admin = mini.admin()) {
      assertThat(admin.listTopics().names().get()).noneMatch(name -> name.matches(".*\\.\\d+"));
    }
    assertThat(
            mini.query(
                "target",
                "SELECT string_agg(generation || ' ' || state, ', ' ORDER BY generation)"
                    + " FROM tandem.generation"))
        .isEqualTo("1 LIVE, 2 REMOVED");
    assertThat(tandem("rebuild", "start", "--domain", "items", "--print").out())
        .as("a number is never given twice")
        .contains("tandem_mini_items_3");
  }

  @Test
  void shouldHaveATranslationOfItsOwnFromTheOutboxAndLeaveNothingOfIt() throws Exception {
    Setup.run(mini.site());
    assertThat(tandem("rebuild", "start", "--domain", "items", "--from", "outbox").err()).isEmpty();
    assertThat(topics())
        .contains("mini.items.contract.2", "mini.items.repair.2", "mini.items.dead-letter.2");
    assertThat(
            mini.query(
                "target",
                "SELECT string_agg(generation || ' of ' || translated_for, ', ' ORDER BY generation)"
                    + " FROM tandem.generation WHERE fingerprint IS NOT NULL"
                    + " AND captured IS NOT NULL"))
        .isEqualTo("1 of 1, 2 of 2");
    assertThat(tandem("rebuild", "status", "--domain", "items", "--json").out())
        .contains("\"contractTopic\":\"mini.items.contract.2\"");
    assertThat(tandem("doctor").out()).contains("mini.items.contract.2");

    assertThat(tandem("rebuild", "cancel", "--domain", "items").code()).isZero();
    assertThat(tandem("rebuild", "cleanup", "--domain", "items").out())
        .contains("removed  topic mini.items.contract.2", "removed  topic mini.items.repair.2");
    assertThat(topics()).contains("mini.items.contract", "mini.items.repair");
    assertThat(topics()).noneMatch(name -> name.matches(".*\\.\\d+"));
  }

  private Set<String> topics() throws Exception {
    try (var admin = mini.admin()) {
      return admin.listTopics().names().get();
    }
  }

  /// The initial load was cut off, and no sweep has begun since.
  @Test
  void shouldRefuseAnOutboxThatHoldsNoWholeSweep() throws Exception {
    Setup.run(mini.site());
    var cut = new TopicPartition("mini.items.outbox", 1);
    Map<String, Object> kafka = Map.of("bootstrap.servers", mini.bootstrapServers());
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(kafka, bytes, bytes);
        var admin = mini.admin()) {
      producer.send(new ProducerRecord<>(cut.topic(), cut.partition(), null, new byte[] {9})).get();
      admin.deleteRecords(Map.of(cut, RecordsToDelete.beforeOffset(1))).all().get();
    }
    var refused = tandem("rebuild", "start", "--domain", "items", "--from", "outbox");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err())
        .contains("mini.items.outbox-1 begins at offset 1", "found none of [public.item]")
        .contains("--domain items, and start when it has ended")
        .doesNotContain("mini.items.outbox-0");
    assertThat(topics()).doesNotContain("mini.items.contract.2");
    assertThat(tandem("rebuild", "start", "--domain", "items").code())
        .as("from the contract topic it can be filled")
        .isZero();
  }

  @Test
  void shouldTakeTheSpecInUseWithTheOutboxAlone() throws Exception {
    Setup.run(mini.site());
    String spec = mini.spec().toString();
    assertThat(tandem("rebuild", "start", "--domain", "items", "--live-spec", spec).err())
        .contains("--live-spec: only with --from outbox");
    assertThat(tandem("rebuild", "promote", "--domain", "items", "--from", "outbox").err())
        .contains("--from: only with start");
    assertThat(tandem("rebuild", "start", "--help").out()).contains("--from", "--live-spec");
  }

  @Test
  void shouldBeTornDownWithTheMigration() throws Exception {
    Setup.run(mini.site());
    assertThat(tandem("rebuild", "start", "--domain", "items").code()).isZero();
    var teardown = new Teardown(mini.site(), Optional.empty());
    var found = teardown.list();
    assertThat(found.found())
        .extracting(Remnant::toString)
        .contains("generation in schema tandem_mini_items_2", "topic mini.items.observed.2");
    assertThat(teardown.remove(found, Readers.LEAVE)).allMatch(removal -> removal.gone());
    assertThat(mini.query("target", SCHEMAS)).isEmpty();
    assertThat(teardown.list().found()).isEmpty();
    assertThat(mini.query("target", "SELECT count(*) FROM new_item")).isEqualTo("0");
  }

  @Test
  void shouldLeaveATableThatSomebodyElsePutBesideAGenerations() throws Exception {
    Setup.run(mini.site());
    assertThat(tandem("rebuild", "start", "--domain", "items").code()).isZero();
    mini.target("CREATE TABLE tandem_mini_items_2.theirs AS SELECT 1 AS id");
    var teardown = new Teardown(mini.site(), Optional.empty());
    var removed = teardown.remove(teardown.list(), Readers.LEAVE);
    assertThat(removed)
        .filteredOn(removal -> !removal.gone())
        .extracting(removal -> removal.remnant().name())
        .containsExactly("tandem_mini_items_2");
    assertThat(mini.query("target", "SELECT id FROM tandem_mini_items_2.theirs")).isEqualTo("1");
  }

  @Test
  void shouldEndWaitingForAProofThatWillNotComeAnyMore() throws Exception {
    Setup.run(mini.site());
    assertThat(tandem("rebuild", "start", "--domain", "items").code()).isZero();
    try (var thread = Executors.newSingleThreadExecutor();
        var other = mini.site().target().connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE tandem.checkpoint IN ACCESS EXCLUSIVE MODE");
      var waiting =
          thread.submit(() -> tandem("rebuild", "promote", "--domain", "items", "--wait"));
      await()
          .until(
              () ->
                  mini.query(
                          "target",
                          "SELECT count(*) FROM pg_locks WHERE NOT granted"
                              + " AND relation = 'tandem.checkpoint'::regclass")
                      .equals("1"));
      statement.execute("UPDATE tandem.generation SET state = 'CANCELLED' WHERE generation = 2");
      other.commit();
      var ended = waiting.get(60, TimeUnit.SECONDS);
      assertThat(ended.code()).isEqualTo(3);
      assertThat(ended.err()).contains("found it CANCELLED");
    }
  }

  @Test
  void shouldLetOneOperatorAtADomain() throws Exception {
    Setup.run(mini.site());
    try (var first = mini.site().target().connect();
        var statement = first.createStatement()) {
      statement.execute(
          "SELECT pg_advisory_lock(hashtextextended('tandem.rebuild.mini.items', 0))");
      for (String action : List.of("start", "cancel", "cleanup")) {
        var second = tandem("rebuild", action, "--domain", "items");
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("expected nobody else at the generations of items");
      }
    }
    assertThat(mini.query("target", SCHEMAS)).isEmpty();
  }
}
