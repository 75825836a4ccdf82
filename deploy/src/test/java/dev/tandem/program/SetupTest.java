package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.capture.Side;
import dev.tandem.setup.Setup;
import dev.tandem.setup.SetupException;
import dev.tandem.setup.SetupPlan;
import dev.tandem.setup.Site;
import dev.tandem.setup.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// Set-up as a whole, on a real broker and a real server.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class SetupTest {
  private static final String SLOTS =
      "SELECT coalesce(string_agg(slot_name || ' in ' || database, ', ' ORDER BY slot_name), '')"
          + " FROM pg_replication_slots";
  private static final String BOTH = "tandem_mini in legacy, tandem_mini_target in target";
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
    mini.clean();
  }

  @Test
  void shouldSetUpEverythingTheFirstTimeAndThenFindItInOrder() throws Exception {
    assertThat(Setup.plan(mini.site()).toDo()).hasSize(16);
    assertThat(mini.query("legacy", SLOTS)).isEmpty();

    var first = Setup.ensureFirst(mini.site());

    assertThat(first)
        .isInstanceOfSatisfying(
            Setup.FirstStart.Done.class,
            done -> {
              assertThat(done.result().steps()).allMatch(step -> step.state() == Step.State.DONE);
              assertThat(done.result().visibleFrom()).isPositive();
            });
    assertThat(Setup.plan(mini.site()).isComplete()).isTrue();
    assertThat(Setup.ensureFirst(mini.site()))
        .isEqualTo(
            new Setup.FirstStart.SetUpBefore("replication slot tandem_mini exists", List.of()));
    assertThat(Setup.run(mini.site()).steps()).allMatch(step -> step.state() == Step.State.EXISTS);
    assertThat(mini.query("legacy", SLOTS)).isEqualTo(BOTH);
  }

  @Test
  void shouldKeepTheOutboxWholeAndCompactTheContract() throws Exception {
    Setup.run(mini.site());
    assertThat(config("mini.items.outbox"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1");
    assertThat(config("mini.items.contract"))
        .containsEntry("cleanup.policy", "compact")
        .containsEntry("min.compaction.lag.ms", "3600000");
    assertThat(config("mini.offsets")).containsEntry("cleanup.policy", "compact");
    assertThat(config("mini.dead-letter")).containsEntry("retention.ms", "-1");
  }

  @Test
  void shouldNeverMakeASlotAgainInSilence() throws Exception {
    Setup.run(mini.site());
    write("mini.offsets");
    mini.legacy("SELECT pg_drop_replication_slot('tandem_mini')");

    assertThat(Setup.ensureFirst(mini.site()))
        .isInstanceOfSatisfying(
            Setup.FirstStart.SetUpBefore.class,
            before -> {
              assertThat(before.trace()).isEqualTo("topic mini.offsets has records");
              assertThat(before.amiss())
                  .singleElement()
                  .satisfies(step -> assertThat(step.name()).contains("slot tandem_mini"));
            });
    assertThatThrownBy(() -> Setup.run(mini.site()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("existed before and is gone");
    assertThat(mini.query("legacy", SLOTS)).isEqualTo("tandem_mini_target in target");
  }

  @Test
  void shouldNeverMakeTheSlotOfTheTargetAgainInSilence() throws Exception {
    for (String topic : List.of("mini.observed-offsets", "mini.items.observed")) {
      Setup.run(mini.site());
      write(topic);
      mini.target("SELECT pg_drop_replication_slot('tandem_mini_target')");

      assertThat(Setup.ensureFirst(mini.site()))
          .isInstanceOfSatisfying(
              Setup.FirstStart.SetUpBefore.class,
              before ->
                  assertThat(before.amiss())
                      .extracting(Step::name)
                      .containsExactly("replication slot tandem_mini_target"));
      assertThatThrownBy(() -> Setup.run(mini.site()))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("target store: replication slot tandem_mini_target: it existed")
          .hasMessageContaining("tandem setup SPEC --new-epoch --side target");
      assertThat(mini.query("legacy", SLOTS)).isEqualTo("tandem_mini in legacy");
      mini.clean();
    }
  }

  @Test
  void shouldBeginANewEpochOfOneStoreWhateverIsWrongWithTheOther() throws Exception {
    Setup.run(mini.site());
    write("mini.offsets");
    write("mini.observed-offsets");
    mini.legacy("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    var declared = new ArrayList<String>();

    Setup.newEpoch(mini.site(), Side.TARGET, store -> declared.add(store.getCatalog()));
    assertThat(mini.query("legacy", SLOTS)).isEqualTo("tandem_mini_target in target");
    Setup.newEpoch(mini.site(), Side.LEGACY, store -> declared.add(store.getCatalog()));
    assertThat(mini.query("legacy", SLOTS)).isEqualTo(BOTH);
    assertThat(declared).containsExactly("target", "legacy");
  }

  @Test
  void shouldNeverMakeATopicAgainInSilenceThatSaidWhereACaptureStands() throws Exception {
    for (Side side : Side.values()) {
      String topic = side == Side.LEGACY ? "mini.offsets" : "mini.observed-offsets";
      Setup.run(mini.site());
      mini.delete(List.of(topic));

      assertThat(Setup.ensureFirst(mini.site()))
          .isInstanceOfSatisfying(
              Setup.FirstStart.SetUpBefore.class,
              before -> assertThat(before.amiss()).singleElement().matches(Step::isGone));
      assertThatThrownBy(() -> Setup.run(mini.site()))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("topic " + topic + ": it existed before and is gone (replication")
          .hasMessageContaining(side.newEpoch());
      assertThat(topics()).doesNotContain(topic);

      Setup.newEpoch(mini.site(), side, _ -> {});
      assertThat(Setup.plan(mini.site()).isComplete()).isTrue();
      mini.clean();
    }
  }

  @Test
  void shouldLeaveWhatTheOtherSideHasLostAsItIsInANewEpoch() throws Exception {
    Setup.run(mini.site());
    mini.delete(List.of("mini.offsets"));
    Setup.newEpoch(mini.site(), Side.TARGET, _ -> {});
    assertThat(topics()).doesNotContain("mini.offsets");
  }

  @Test
  void shouldNeverMakeTheTopicsOfADomainAgainInSilenceThatHeldSomething() throws Exception {
    Setup.run(mini.site());
    mini.target(
        "INSERT INTO tandem.checkpoint (migration, domain, generation, partition, topic_id,"
            + " fingerprint) VALUES ('mini', 'items', 1, 0, 't', 'f')");
    mini.delete(List.of("mini.items.outbox"));
    mini.delete(List.of("mini.items.contract"));
    assertThat(Setup.plan(mini.site()).refused())
        .extracting(Step::name)
        .containsExactly("topic mini.items.outbox", "topic mini.items.contract");
    assertThatThrownBy(() -> Setup.run(mini.site()))
        .hasMessageContaining("tandem teardown SPEC")
        .hasMessageContaining("tandem rebuild SPEC start --domain items --from outbox");
    assertThatThrownBy(() -> Setup.newEpoch(mini.site(), Side.LEGACY, _ -> {}))
        .hasMessageContaining("topic mini.items.outbox");
    assertThat(topics()).doesNotContain("mini.items.outbox", "mini.items.contract");
  }

  @Test
  void shouldMakeTheTopicsOfADomainThatNothingWasEverCapturedFor() throws Exception {
    Setup.run(mini.site());
    for (String kind : List.of("outbox", "contract", "observed", "repair")) {
      mini.delete(List.of("mini.items." + kind));
    }
    assertThat(Setup.run(mini.site()).steps())
        .noneMatch(step -> step.state() == Step.State.REFUSED);
    assertThat(topics()).contains("mini.items.outbox", "mini.items.contract");
  }

  private Set<String> topics() throws Exception {
    try (Admin admin = mini.admin()) {
      return admin.listTopics().names().get();
    }
  }

  @Test
  void shouldBringAMigrationOfAnOlderProgramUpToDate() throws Exception {
    Setup.run(mini.site());
    write("mini.offsets");
    mini.target(
        "SELECT pg_drop_replication_slot('tandem_mini_target')",
        "DROP PUBLICATION tandem_mini_target",
        "DROP TABLE tandem.refusal, tandem.digest_key, tandem.generation",
        "ALTER TABLE tandem.checkpoint DROP COLUMN settled, DROP COLUMN tables_in,"
            + " DROP COLUMN placement, DROP COLUMN hold_at, DROP COLUMN hold_until,"
            + " DROP COLUMN hold_by, DROP COLUMN outbox_of",
        "DELETE FROM tandem.schema_version WHERE version > 1",
        "INSERT INTO tandem.checkpoint VALUES ('mini', 'items', 1, 0, 1, 1, 1, 1, 't', 'f')");
    mini.delete(List.of("mini.observed-offsets"));
    assertThat(Setup.plan(mini.site()).toDo())
        .extracting(Step::name)
        .containsExactly(
            "topic mini.observed-offsets",
            "schema tandem",
            "digest key",
            "publication tandem_mini_target",
            "replication slot tandem_mini_target");

    Setup.run(mini.site());

    assertThat(Setup.plan(mini.site()).isComplete()).isTrue();
    assertThat(mini.query("legacy", SLOTS)).isEqualTo(BOTH);
    assertThat(mini.query("target", "SELECT settled FROM tandem.checkpoint")).isEqualTo("f");
  }

  @Test
  void shouldPublishOfTheTargetItsTablesAndTandemsOwnAndNothingElse() throws Exception {
    Setup.run(mini.site());
    assertThat(
            mini.query(
                "target",
                "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY 1) FROM"
                    + " pg_publication_tables WHERE pubname = 'tandem_mini_target'"))
        .satisfies(
            tables ->
                assertThat(tables.split(" "))
                    .containsExactlyInAnyOrder(
                        "public.new_item", "tandem.checkpoint", "tandem.refusal"));
  }

  @Test
  void shouldNeverPublishATargetTableWhoseUpdatesWouldFail() throws Exception {
    mini.target("ALTER TABLE new_item REPLICA IDENTITY FULL");
    var site = mini.site();
    mini.target("ALTER TABLE new_item REPLICA IDENTITY NOTHING");
    assertThatThrownBy(() -> Setup.run(site))
        .hasMessageContaining("target store: table public.new_item: no usable replica identity");
    mini.target("ALTER TABLE new_item REPLICA IDENTITY DEFAULT");
    assertThat(mini.query("legacy", SLOTS)).isEmpty();
  }

  @Test
  void shouldChangeNothingWhereTheStoresWereExchanged() throws Exception {
    Setup.run(mini.site());
    mini.target(
        "INSERT INTO tandem.checkpoint (migration, domain, generation, partition, topic_id,"
            + " fingerprint) VALUES ('mini', 'items', 1, 0, 't', 'f')");
    String before = mini.query("target", SLOTS);
    Site site = mini.site();
    var legacy = site.target();
    var target = site.legacy();
    var exchanged =
        new Site(
            site.plan(),
            site.tables(),
            legacy,
            target,
            site.retained(),
            site.kafka(),
            site.registry());

    assertThatThrownBy(() -> Setup.run(exchanged))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("it holds checkpoints of migration mini, which belong in the target")
        .hasMessageContaining("swap the urls of legacy and target in the spec");
    assertThat(mini.query("target", SLOTS)).isEqualTo(before);
    assertThat(mini.query("legacy", "SELECT count(*) FROM pg_namespace WHERE nspname = 'tandem'"))
        .isEqualTo("0");
  }

  @Test
  void shouldChangeNothingWhereATopicIsWrong() throws Exception {
    try (Admin admin = mini.admin()) {
      admin.createTopics(List.of(new NewTopic("mini.items.outbox", 7, (short) 1))).all().get();
    }
    SetupPlan plan = Setup.plan(mini.site());
    assertThat(plan.refused())
        .singleElement()
        .satisfies(
            step ->
                assertThat(step.note())
                    .contains("expected 2 partitions, found 7")
                    .contains("expected retention.ms=-1, found 604800000"));
    assertThatThrownBy(() -> Setup.run(mini.site()))
        .hasMessageContaining("topic mini.items.outbox")
        .hasMessageContaining("kafka-configs.sh --bootstrap-server " + mini.bootstrapServers());
    assertThat(mini.query("legacy", SLOTS)).isEmpty();
  }

  @Test
  void shouldSayThatKafkaDoesNotAnswer() throws Exception {
    var site = mini.site();
    var away =
        new Site(
            site.plan(),
            site.legacy(),
            site.target(),
            Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "default.api.timeout.ms", "1000",
                "request.timeout.ms", "500"),
            site.registry());
    assertThatThrownBy(() -> Setup.run(away))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("Kafka at 127.0.0.1:1 does not answer");
    assertThat(mini.query("legacy", SLOTS)).isEmpty();
  }

  private Map<String, String> config(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = mini.admin()) {
      var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return config == null
          ? Map.of()
          : config.entries().stream()
              .collect(
                  Collectors.toMap(entry -> entry.name(), entry -> String.valueOf(entry.value())));
    }
  }

  private void write(String topic) throws Exception {
    Map<String, Object> properties = Map.of("bootstrap.servers", mini.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] bytes = "x".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic, bytes, bytes)).get();
    }
  }
}
