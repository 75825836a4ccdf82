package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.streams.DomainStreams;
import dev.tandem.streams.StreamsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several processes with local state of one application, whose changelogs an operator deletes.
class ChangelogsTest {
  private static final DomainStreams.Name NAME =
      new DomainStreams.Name("bank.accounts.reconcile", "reconciliation", "accounts");
  private static final String CHANGELOG = NAME.application() + "-kept-changelog";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir private Path directory;

  @Test
  void shouldMakeAgainWhatWasMadeOfChangelogsThatAreGone() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(client(kafka))) {
      admin.createTopics(List.of(new NewTopic("words", 1, (short) 1))).all().get();
      write(kafka);
      for (String process : List.of("one", "two")) {
        assertThat(keptBy(kafka, process, "before")).as(process).isEqualTo("before");
      }
      Path untouched = directory.resolve("one").resolve(NAME.application()).resolve("untouched");
      Files.writeString(untouched, "");
      assertThat(keptBy(kafka, "one", "never")).isEqualTo("before");
      assertThat(untouched).as("state over an ordinary restart").exists();
      reset(admin);
      assertThat(keptBy(kafka, "one", "after")).as("who starts first").isEqualTo("after");
      assertThat(keptBy(kafka, "two", "never")).as("who starts next").isEqualTo("after");
    }
  }

  private static Map<String, Object> client(EmbeddedKafka kafka) {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private static void write(EmbeddedKafka kafka) throws Exception {
    try (var producer =
        new KafkaProducer<>(client(kafka), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("words", "k", "v")).get();
    }
  }

  /// As `reconcile reset` does.
  private static void reset(Admin admin) throws Exception {
    admin.deleteConsumerGroups(List.of(NAME.application())).all().get();
    admin.deleteTopics(List.of(CHANGELOG)).all().get();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !admin.listTopics().names().get().contains(CHANGELOG));
  }

  /// What a process that starts over its own state holds in the end.
  ///
  /// @param made what it keeps of each record that it reads
  private String keptBy(EmbeddedKafka kafka, String process, String made) {
    Path state = directory.resolve(process);
    var settings = StreamsSettings.of(Map.of("bootstrap.servers", kafka.bootstrapServers()), state);
    try (var streams = DomainStreams.start(NAME, topology(made), settings)) {
      Awaitility.await().atMost(PATIENCE).until(() -> kept(streams) != null);
      Path noted = state.resolve(NAME.application() + ".changelogs");
      Awaitility.await().atMost(PATIENCE).until(() -> noted.toFile().exists());
      String kept = Objects.requireNonNull(kept(streams));
      streams.leave();
      return kept;
    }
  }

  private static @org.jspecify.annotations.Nullable String kept(DomainStreams streams) {
    if (streams.state() != KafkaStreams.State.RUNNING) {
      return null;
    }
    return streams
        .streams()
        .store(
            StoreQueryParameters.fromNameAndType(
                "kept", QueryableStoreTypes.<String, String>keyValueStore()))
        .get("k");
  }

  private static Topology topology(String made) {
    return new Topology()
        .addSource("words", new StringDeserializer(), new StringDeserializer(), "words")
        .addProcessor(
            "keep",
            () ->
                new ContextualProcessor<String, String, Void, Void>() {
                  @Override
                  public void process(Record<String, String> record) {
                    KeyValueStore<String, String> store = context().getStateStore("kept");
                    store.put(record.key(), made);
                  }
                },
            "words")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore("kept"), Serdes.String(), Serdes.String()),
            "keep");
  }
}
