package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.setup.Remnant;
import dev.tandem.setup.Removal;
import dev.tandem.setup.Setup;
import dev.tandem.setup.SetupException;
import dev.tandem.setup.Teardown;
import dev.tandem.setup.Teardown.Readers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class TeardownTest {
  private static final String INTERNAL = "mini.items.translate-rows-changelog";
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
  void shouldNameAndRemoveEverythingAndNothingElse(@TempDir Path state) throws Exception {
    Setup.run(mini.site());
    leaveTraces(state);
    mini.target(
        "INSERT INTO tandem.checkpoint VALUES ('mini', 'items', 1, 0, 1, 1, 1, 1, 't', 'f')");
    var teardown = new Teardown(mini.site(), Optional.of(state));

    var found = teardown.list();
    assertThat(found.unseen()).isEmpty();
    assertThat(found.found())
        .extracting(Remnant::toString)
        .containsExactly(
            "replication slot tandem_mini",
            "replication slot tandem_mini_target",
            "publication tandem_mini",
            "publication tandem_mini_target",
            "checkpoints of mini",
            "schema tandem",
            "consumer group mini.items.apply.1",
            "topic mini.control",
            "topic mini.dead-letter",
            "topic mini.divergence",
            "topic mini.items.contract",
            "topic mini.items.observed",
            "topic mini.items.outbox",
            "topic mini.items.repair",
            "topic " + INTERNAL,
            "topic mini.observed-offsets",
            "topic mini.offsets",
            "topic mini.reconciliation-lag",
            "registry subject mini.items.outbox-public.item",
            "directory " + state.resolve("mini"));
    assertThat(teardown.remove(found, Readers.LEAVE)).allMatch(Removal::gone);

    assertThat(teardown.list().found()).isEmpty();
    assertThat(state.resolve("other/items")).isDirectory();
    try (Admin admin = mini.admin()) {
      assertThat(admin.listTopics().names().get()).contains("minimal.items.outbox", "mini.notes");
    }
    mini.delete(List.of("minimal.items.outbox", "mini.notes"));
    assertThat(Setup.ensureFirst(mini.site())).isInstanceOf(Setup.FirstStart.Done.class);
  }

  @Test
  void shouldLeaveTheSchemaToAnotherMigration() throws Exception {
    Setup.run(mini.site());
    mini.target(
        "INSERT INTO tandem.checkpoint VALUES ('mini', 'items', 1, 0, 1, 1, 1, 1, 't', 'f')",
        "INSERT INTO tandem.checkpoint VALUES ('shop', 'items', 1, 0, 1, 1, 1, 1, 't', 'f')");
    var teardown = new Teardown(mini.site(), Optional.empty());
    var found = teardown.list();
    assertThat(found.found())
        .extracting(Remnant::toString)
        .contains("checkpoints of mini")
        .doesNotContain("schema tandem");
    teardown.remove(found, Readers.LEAVE);
    assertThat(mini.query("target", "SELECT string_agg(migration, ',') FROM tandem.checkpoint"))
        .isEqualTo("shop");
  }

  @Test
  void shouldTakeASlotFromItsReaderOnlyWhenForced() throws Exception {
    Setup.run(mini.site());
    var teardown = new Teardown(mini.site(), Optional.empty());
    var reader = mini.replication();
    try {
      var stream =
          reader
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName("tandem_mini")
              .withSlotOption("proto_version", 1)
              .withSlotOption("publication_names", "tandem_mini")
              .start();
      assertThat(stream.isClosed()).isFalse();
      var found = teardown.list();
      assertThatThrownBy(() -> teardown.remove(found, Readers.LEAVE))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("is being read; nothing was removed");
      assertThat(teardown.list()).isEqualTo(found);
      assertThat(teardown.remove(found, Readers.TERMINATE)).allMatch(Removal::gone);
    } finally {
      reader.close();
    }
    assertThat(mini.query("legacy", "SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  private void leaveTraces(Path state) throws Exception {
    try (Admin admin = mini.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(INTERNAL, 1, (short) 1),
                  new NewTopic("mini.notes", 1, (short) 1),
                  new NewTopic("minimal.items.outbox", 1, (short) 1)))
          .all()
          .get();
      var position = Map.of(new TopicPartition("mini.items.contract", 0), new OffsetAndMetadata(0));
      admin.alterConsumerGroupOffsets("mini.items.apply.1", position).all().get();
    }
    mini.site()
        .registry()
        .register("mini.items.outbox-public.item", Schema.create(Schema.Type.STRING));
    Files.createDirectories(state.resolve("mini/items/mini.items.translate/0_0"));
    Files.createDirectories(state.resolve("other/items"));
  }
}
