package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.translate.TranslateApp;
import dev.tandem.translate.TranslateConfig;
import dev.tandem.translate.TranslateListener;
import dev.tandem.version.VersionedContract;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Published versions on a real broker, across restarts: version 1 from the start, version 2
/// switched
/// on when much is translated already.
class VersionTopicsTest {
  private static final int ACCOUNTS = 300;
  private static final DomainPlan PLAN = TranslateAppTest.PLAN;
  private static final String FIRST = PLAN.topics().contract(1);
  private static final String SECOND = PLAN.topics().contract(2);
  private final MemoryRegistry registry = new MemoryRegistry();
  private final OutboxEncoder encoder = new OutboxEncoder(registry, PLAN.topics().outbox());
  private int changes;
  @TempDir Path directory;

  /// Where a record of a version stands.
  private record Place(int partition, long sequence, ByteBuffer key) {
    /// The same as a record that a topic is filled with.
    Place filled() {
      return new Place(partition, ContractPosition.FILL, key);
    }
  }

  @Test
  void shouldPublishWhatTheContractTopicHasOnceInItsOrderAndPartition() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var topics =
          Stream.of("outbox", "repair", "contract", "contract.v1", "contract.v2")
              .map(name -> new NewTopic("bank.accounts." + name, 2, (short) 1));
      admin
          .createTopics(
              Stream.concat(topics, Stream.of(new NewTopic("bank.dead-letter", 1, (short) 1)))
                  .toList())
          .all()
          .get();
      var plan = plan(1);
      feed(kafka, true);
      run(kafka, plan, Map.of(PLAN.topics().contract(), ACCOUNTS, FIRST, ACCOUNTS));
      feed(kafka, false);
      run(kafka, plan, Map.of(PLAN.topics().contract(), 2 * ACCOUNTS, FIRST, 2 * ACCOUNTS));
      run(kafka, plan(1, 2), Map.of(SECOND, ACCOUNTS));

      assertThat(places(kafka, FIRST)).isEqualTo(places(kafka, PLAN.topics().contract()));
      var filled = places(kafka, SECOND);
      assertThat(filled).allSatisfy(place -> assertThat(place.sequence()).isEqualTo(-1));
      assertThat(new HashSet<>(filled)).hasSize(ACCOUNTS);
      assertThat(filled)
          .containsExactlyInAnyOrderElementsOf(
              places(kafka, FIRST).stream().map(Place::filled).distinct().toList());
      assertThat(places(kafka, FIRST)).hasSize(2 * ACCOUNTS);
    }
  }

  private DomainPlan plan(Integer... published) throws IOException {
    var folder = Files.createDirectories(directory.resolve("contract"));
    String third = TranslateAppTest.Accounts.CONTRACT.toString();
    Files.writeString(folder.resolve("v1.avsc"), third.replace("\"balance\"", "\"saldo\""));
    Files.writeString(folder.resolve("v2.avsc"), third.replace("\"filler\"", "\"fill\""));
    Files.writeString(folder.resolve("v3.avsc"), third);
    Files.writeString(
        folder.resolve("steps.yaml"),
        """
        compatibility: none
        1-2: { up: { balance: saldo, fill: filler } }
        2-3: { up: { filler: fill } }
        """);
    var problems = new Problems();
    var contract =
        VersionedContract.load(folder, new Node.Place("test", 1, 1), "contract", problems)
            .orElseThrow(() -> new AssertionError(problems.all().toString()));
    var versions =
        Arrays.stream(published)
            .map(
                it ->
                    new PublishedVersion(
                        it,
                        contract.folder().version(it),
                        contract.chain().orElseThrow().between(3, it)))
            .toList();
    return DomainPlan.first(
        PLAN.topics(),
        2,
        "id",
        PLAN.entities().stream().map(entity -> entity.publishing(versions)).toList());
  }

  /// Runs the application until the topics have so many records.
  private void run(EmbeddedKafka kafka, DomainPlan plan, Map<String, Integer> expected) {
    var config =
        TranslateConfig.of(
            Map.of("bootstrap.servers", kafka.bootstrapServers()), directory.resolve("state"));
    try (var app = TranslateApp.start(plan, registry, config, TranslateListener.NONE)) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> {
                assertThat(app.finding()).isEmpty();
                expected.forEach((topic, count) -> assertThat(places(kafka, topic)).hasSize(count));
              });
    }
  }

  /// The committed records of a topic, by partition and in their order, without progress markers.
  private static List<Place> places(EmbeddedKafka kafka, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var places = new ArrayList<Place>();
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          var position = ContractPosition.of(record.headers());
          if (position.kind() != ContractPosition.Kind.PROGRESS) {
            places.add(
                new Place(record.partition(), position.sequence(), ByteBuffer.wrap(record.key())));
          }
        }
      }
      return Stream.of(0, 1)
          .flatMap(it -> places.stream().filter(place -> place.partition() == it))
          .toList();
    }
  }

  /// A change of each account, in one transaction each.
  private void feed(EmbeddedKafka kafka, boolean first) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int partition = 0; first && partition < 2; partition++) {
        var ended =
            new Marker(Kind.SWEEP_ENDED, 1, TranslateAppTest.TABLE, "s", Snapshot.parse("5:5:"), 5);
        send(producer, partition, encoder.encode(ended));
      }
      for (int i = 0; i < ACCOUNTS; i++) {
        long xid = 10L + changes++;
        var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
        var row = TranslateAppTest.row(i, xid);
        var change = new Change(Op.UPDATE, position, true, 5, TranslateAppTest.TABLE, null, row);
        send(producer, i % 2, encoder.encode(change, row.schema()));
      }
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int partition, byte[] value) {
    var _ =
        producer.send(new ProducerRecord<>(PLAN.topics().outbox(), partition, new byte[0], value));
  }
}
