package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.ContractSize;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.Source;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.streams.DomainStreams;
import dev.tandem.streams.StreamsSettings;
import dev.tandem.translate.TranslateApp;
import dev.tandem.translate.TranslateConfig;
import dev.tandem.translate.TranslateListener;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
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

/// A legacy transaction whose translation takes several times as long as a Kafka transaction may.
class LargeTransactionTest {
  private static final int ROWS = Integer.getInteger("tandem.transaction.rows", 100_000);
  private static final int STEP = 4_000;

  /// The broker looks every ten seconds for transactions that have taken longer than this.
  private static final String TIME_OUT = "3000";

  private static final DomainPlan SLOW =
      TranslateAppTest.plan(
          new Topics("bank", "accounts"), new Slow(new TranslateAppTest.Accounts()));
  private static final DomainPlan OTHER =
      TranslateAppTest.plan(new Topics("bank", "others"), new TranslateAppTest.Accounts());
  private final MemoryRegistry registry = new MemoryRegistry();
  @TempDir Path directory;

  /// A mapping that takes its time.
  private record Slow(EntityMapping mapping) implements EntityMapping {
    @Override
    public Schema contract() {
      return mapping.contract();
    }

    @Override
    public Schema key() {
      return mapping.key();
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return mapping.partitionKey(source, row);
    }

    @Override
    public GenericRecord key(Row root) {
      return mapping.key(root);
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      LockSupport.parkNanos(100_000);
      return mapping.project(root, children);
    }

    @Override
    public Map<String, String> copies() {
      return mapping.copies();
    }

    @Override
    public String tenant(GenericRecord contract) {
      return mapping.tenant(contract);
    }
  }

  @Test
  void shouldTranslateItThoughItTakesLongerThanKafkaAllowsAndStarveNoOtherDomain()
      throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var producer = producer(kafka);
        var contract = new Reader(kafka, SLOW.topics().contract());
        var others = new Reader(kafka, OTHER.topics().contract())) {
      makeTopics(kafka);
      for (DomainPlan plan : List.of(SLOW, OTHER)) {
        send(
            producer,
            plan,
            new Marker(
                Kind.SWEEP_ENDED, 1, TranslateAppTest.TABLE, "s", Snapshot.parse("5:5:"), 5));
      }
      large(producer);
      send(producer, SLOW, change(11, 0, true));
      producer.flush();
      try (var slow = start(kafka, SLOW);
          var _ = start(kafka, OTHER)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(3))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> contract.poll() > STEP);
        assertThat(contract.marked).as("in the middle of it").isZero();
        send(producer, OTHER, change(10, 1, true));
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> others.poll() == 1);
        assertThat(contract.poll()).as("while the large one is under way").isLessThan(ROWS);
        Awaitility.await()
            .atMost(Duration.ofMinutes(3))
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> {
                  assertThat(slow.finding()).isEmpty();
                  return contract.poll() >= ROWS + 1;
                });
      }
      assertThat(contract.records).isEqualTo(ROWS + 1);
      assertThat(contract.marked).as("the large one and the one after it").isGreaterThan(1);
      assertThat(contract.beforeMark).as("marked after all of it").isEqualTo(ROWS);
    }
  }

  private DomainStreams start(EmbeddedKafka kafka, DomainPlan plan) {
    var client =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "producer.transaction.timeout.ms",
            TIME_OUT);
    var limits =
        new TranslateConfig.Limits(
            STEP, 200, Duration.ofMillis(200), Duration.ofSeconds(60), ContractSize.LARGEST);
    var config =
        new TranslateConfig(
            StreamsSettings.of(client, directory.resolve("state-" + plan.name())), limits);
    return TranslateApp.start(plan, registry, config, TranslateListener.NONE);
  }

  /// As capture writes it: behind it stand records that say nothing.
  private void large(KafkaProducer<byte[], byte[]> producer) {
    for (int i = 0; i < ROWS; i++) {
      send(producer, SLOW, change(10, i, i == ROWS - 1));
    }
    for (int i = 0; i < 1_000 + ROWS / (STEP / 2); i++) {
      send(producer, SLOW, Marker.pause(1, 5));
    }
  }

  private static Change change(long xid, int id, boolean last) {
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid * 1_000_000 + id), 0);
    return new Change(
        Op.INSERT, position, last, 5, TranslateAppTest.TABLE, null, TranslateAppTest.row(id, xid));
  }

  private void send(KafkaProducer<byte[], byte[]> producer, DomainPlan plan, OutboxRecord record) {
    String topic = plan.topics().outbox();
    var encoder = new OutboxEncoder(registry, topic);
    byte[] value =
        switch (record) {
          case Change change -> encoder.encode(change, TranslateAppTest.ROW);
          case Marker marker -> encoder.encode(marker);
          case OutboxRecord.Swept swept -> encoder.encode(swept);
        };
    var _ = producer.send(new ProducerRecord<>(topic, 0, new byte[0], value));
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "linger.ms",
            20,
            "batch.size",
            256 << 10,
            "enable.idempotence",
            false,
            "max.in.flight.requests.per.connection",
            1),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void makeTopics(EmbeddedKafka kafka) throws Exception {
    var names =
        Stream.of("accounts", "others")
            .flatMap(
                domain ->
                    Stream.of("outbox", "repair", "contract")
                        .map(it -> "bank." + domain + "." + it));
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(
              Stream.concat(names, Stream.of("bank.dead-letter"))
                  .map(name -> new NewTopic(name, 2, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  /// What is committed of a contract topic's first partition.
  private static final class Reader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long next;
    int records;
    int marked;

    /// Records before the first end of a transaction.
    int beforeMark;

    /// A mark of before the first record is of the baseline.
    Reader(EmbeddedKafka kafka, String topic) {
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers", kafka.bootstrapServers(),
                  "isolation.level", "read_committed",
                  "auto.offset.reset", "earliest"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.assign(List.of(new TopicPartition(topic, 0)));
    }

    /// @return records so far
    int poll() {
      for (var record : consumer.poll(Duration.ofMillis(20))) {
        var position = ContractPosition.of(record.headers());
        assertThat(position.sequence()).isEqualTo(next++);
        records += position.kind() == ContractPosition.Kind.UPSERT ? 1 : 0;
        if (position.last() && records > 0) {
          beforeMark = marked == 0 ? records : beforeMark;
          marked++;
        }
      }
      return records;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
