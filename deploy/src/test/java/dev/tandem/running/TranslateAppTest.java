package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.streams.DomainStreams;
import dev.tandem.streams.StreamsScale;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.translate.TranslateApp;
import dev.tandem.translate.TranslateConfig;
import dev.tandem.translate.TranslateListener;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With `-Dtandem.translate.rows=300000` it says how fast translation is.
class TranslateAppTest {
  private static final int ROWS = Integer.getInteger("tandem.translate.rows", 2000);
  private static final int PER_TRANSACTION =
      Integer.getInteger("tandem.translate.transaction", 100);
  private static final Duration TRANSACTION = Duration.ofMinutes(4);
  private static final Duration SOON = Duration.ofMillis(20);
  static final TableId TABLE = TableId.parse("account");
  static final RowSchema ROW =
      new RowSchema(
          TABLE,
          List.of(
              new RowSchema.Field("id", Carrier.INT, false),
              new RowSchema.Field("branch", Carrier.INT, false),
              new RowSchema.Field("balance", Carrier.LONG, false),
              new RowSchema.Field("filler", Carrier.TEXT, false)));
  static final DomainPlan PLAN = plan();
  private final MemoryRegistry registry = new MemoryRegistry();
  private final OutboxEncoder encoder = new OutboxEncoder(registry, PLAN.topics().outbox());
  @TempDir Path directory;

  record Accounts() implements EntityMapping {
    static final Schema KEY =
        SchemaBuilder.record("AccountKey").fields().requiredInt("id").endRecord();
    static final Schema CONTRACT =
        SchemaBuilder.record("Account")
            .fields()
            .requiredInt("id")
            .requiredInt("branch")
            .requiredLong("balance")
            .requiredString("filler")
            .endRecord();

    @Override
    public Schema contract() {
      return CONTRACT;
    }

    @Override
    public Schema key() {
      return KEY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return String.valueOf(row.value("id"));
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(KEY);
      key.put("id", root.values()[0]);
      return key;
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      var contract = new GenericData.Record(CONTRACT);
      for (int i = 0; i < 4; i++) {
        contract.put(i, root.values()[i]);
      }
      return contract;
    }

    @Override
    public Map<String, String> copies() {
      return Map.of();
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }

  private static DomainPlan plan() {
    return plan(new Topics("bank", "accounts"), new Accounts());
  }

  static DomainPlan plan(Topics topics, EntityMapping mapping) {
    var source = new Source(Source.ROOT, TABLE, List.of("id"), List.of("id"));
    var target =
        new TargetPlan(
            new TargetPlan.TargetTable(TABLE, List.of(), List.of(), List.of()), List.of());
    var entity = new EntityPlan("Account", 0, source, List.of(), mapping, target, "1");
    return DomainPlan.first(topics, 2, "id", List.of(entity));
  }

  static Row row(int id, long balance) {
    return new Row(ROW, new Object[] {id, 1, balance, "filler of some eighty bytes ".repeat(3)});
  }

  @Test
  void shouldTranslateWhatIsInTheOutboxAndGoOnAfterARestart() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin);
      try (var reader = reader(kafka)) {
        sweep(kafka);
        time("swept rows", kafka, reader, ROWS);
        update(kafka);
        time("updates", kafka, reader, 2 * ROWS);
        forget(admin, PLAN.topics().translateApplication());
        updateOne(kafka);
        time("the outbox, read again, with one update", kafka, reader, 2 * ROWS + 1);
      }
    }
  }

  /// The topic is deleted while it runs; and it stays so when it is started again.
  @Test
  void shouldStopWithAFindingWhereItsContractTopicIsGone() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin);
      var impatient =
          TranslateConfig.of(
              Map.of(
                  "bootstrap.servers", kafka.bootstrapServers(),
                  "task.timeout.ms", "3000",
                  "producer.max.block.ms", "5000",
                  "producer.request.timeout.ms", "5000",
                  "producer.delivery.timeout.ms", "10000"),
              directory.resolve("state"));
      try (var reader = reader(kafka);
          var app = TranslateApp.start(PLAN, registry, impatient, TranslateListener.NONE)) {
        sweep(kafka);
        Awaitility.await()
            .atMost(Duration.ofMinutes(3))
            .until(
                () -> {
                  reader.poll();
                  return reader.records >= ROWS;
                });
        admin.deleteTopics(List.of(PLAN.topics().contract())).all().get();
        update(kafka);
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(
                () -> assertThat(app.finding().orElse("")).contains(PLAN.topics().contract()));
      }
      assertThatThrownBy(
              () -> TranslateApp.start(PLAN, registry, impatient, TranslateListener.NONE))
          .isInstanceOf(DomainStoppedException.class)
          .hasMessageContaining("there is no topic bank.accounts.contract")
          .hasMessageContaining("tandem doctor SPEC");
    }
  }

  @Test
  void shouldWorkInSeveralThreadsAndGoOnWithTheStateThatAStandbyKept() throws Exception {
    var scale = new StreamsScale(OptionalInt.of(2), OptionalInt.of(1));
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin);
      try (var reader = reader(kafka);
          var first = scaled(kafka, "first", scale)) {
        sweep(kafka);
        await(() -> reader.has(ROWS));
        assertThat(first.streams().metadataForLocalThreads())
            .extracting(thread -> thread.activeTasks().size())
            .containsExactly(1, 1);
        try (var second = scaled(kafka, "second", scale)) {
          await(() -> standbys(second) > 0 && isAtEnd(second));
          first.close();
          assertThat(members(admin)).as("threads of the second").isEqualTo(2);
          update(kafka);
          await(() -> reader.has(2 * ROWS));
          assertThat(second.finding()).isEmpty();
          assertThat(standbys(second)).isZero();
        }
      }
    }
  }

  @Test
  void shouldEndTheTransactionThatAMemberWhoIsGoneHasLeftOpen() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin);
      try (var reader = reader(kafka);
          var gone = gone(kafka);
          var app = scaled(kafka, "state", StreamsScale.PLAIN)) {
        sweep(kafka);
        Awaitility.await()
            .atMost(TRANSACTION.dividedBy(2))
            .pollInterval(SOON)
            .until(() -> reader.has(ROWS));
        assertThat(app.finding()).isEmpty();
        assertThatThrownBy(gone::commitTransaction).isInstanceOf(ProducerFencedException.class);
      }
    }
  }

  /// What one that translated has left: all that stands behind it is hidden from readers.
  private static KafkaProducer<byte[], byte[]> gone(EmbeddedKafka kafka) throws Exception {
    String id = PLAN.topics().translateApplication() + "-" + UUID.randomUUID() + "-1";
    var producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "transactional.id", id,
                "transaction.timeout.ms", Math.toIntExact(TRANSACTION.toMillis())),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    for (int i = 0; i < 2; i++) {
      producer.send(new ProducerRecord<>(PLAN.topics().contract(), i, new byte[0], null)).get();
    }
    return producer;
  }

  private DomainStreams scaled(EmbeddedKafka kafka, String instance, StreamsScale scale) {
    var client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    return TranslateApp.start(
        PLAN,
        registry,
        TranslateConfig.of(scale.over(client), directory.resolve(instance)),
        TranslateListener.NONE);
  }

  private static int members(Admin admin) throws Exception {
    String group = PLAN.topics().translateApplication();
    return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
        .mapToInt(described -> described.members().size())
        .sum();
  }

  private static int standbys(DomainStreams app) {
    return app.streams().metadataForLocalThreads().stream()
        .mapToInt(thread -> thread.standbyTasks().size())
        .sum();
  }

  /// Whether it has the rows of both partitions, but for the mark of the last Kafka transaction.
  private static boolean isAtEnd(DomainStreams app) {
    var rows = app.streams().allLocalStorePartitionLags().getOrDefault("rows", Map.of());
    return rows.size() == 2
        && rows.values().stream()
            .allMatch(lag -> lag.endOffsetPosition() > ROWS / 2 && lag.offsetLag() <= 1);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(SOON).until(condition);
  }

  private static void createTopics(Admin admin) throws Exception {
    admin
        .createTopics(
            Stream.of("outbox", "repair", "contract", "dead-letter")
                .map(name -> name.equals("dead-letter") ? "bank." + name : "bank.accounts." + name)
                .map(name -> new NewTopic(name, 2, (short) 1))
                .toList())
        .all()
        .get();
  }

  /// As Kafka does with the positions of a group that was away for a week.
  private static void forget(Admin admin, String group) throws Exception {
    admin
        .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
        .all()
        .get();
    admin.deleteConsumerGroups(List.of(group)).all().get();
  }

  private void time(String what, EmbeddedKafka kafka, Reader reader, int expected) {
    var config =
        TranslateConfig.of(
            Map.of("bootstrap.servers", kafka.bootstrapServers()), directory.resolve("state"));
    long start = System.nanoTime();
    try (var app = TranslateApp.start(PLAN, registry, config, TranslateListener.NONE)) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                assertThat(app.finding()).isEmpty();
                reader.poll();
                return reader.records >= expected && reader.last;
              });
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%s: %d in %.1f s, start of the application included%n", what, ROWS, seconds);
      assertThat(reader.records).isEqualTo(expected);
    }
  }

  private Reader reader(EmbeddedKafka kafka) {
    return new Reader(kafka);
  }

  /// Counts the contract's records and checks their numbers.
  private static final class Reader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long[] next = new long[2];
    int records;
    boolean last;

    Reader(EmbeddedKafka kafka) {
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers", kafka.bootstrapServers(),
                  "isolation.level", "read_committed",
                  "auto.offset.reset", "earliest"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      String topic = PLAN.topics().contract();
      consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)));
    }

    boolean has(int expected) {
      poll();
      return records >= expected;
    }

    void poll() {
      for (var record : consumer.poll(Duration.ofMillis(20))) {
        var position = ContractPosition.of(record.headers());
        assertThat(position.sequence()).isEqualTo(next[record.partition()]++);
        records += position.kind() == ContractPosition.Kind.UPSERT ? 1 : 0;
        last = position.last();
      }
    }

    @Override
    public void close() {
      consumer.close();
    }
  }

  private KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 5),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private void sweep(EmbeddedKafka kafka) {
    try (var producer = producer(kafka)) {
      var snapshot = Snapshot.parse("5:5:");
      for (int i = 0; i < ROWS; i++) {
        send(producer, i % 2, encoder.encode(new Swept(1, snapshot, 5, row(i, 0))));
      }
      for (int i = 0; i < 2; i++) {
        var ended = new Marker(Kind.SWEEP_ENDED, 1, TABLE, "s", snapshot, 5);
        send(producer, i, encoder.encode(ended));
      }
    }
  }

  private void update(EmbeddedKafka kafka) {
    try (var producer = producer(kafka)) {
      for (int i = 0; i < ROWS; i++) {
        long xid = 10L + i / (2 * PER_TRANSACTION);
        boolean last = i / 2 % PER_TRANSACTION == PER_TRANSACTION - 1 || i >= ROWS - 2;
        var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(i), 0);
        var change = new Change(Op.UPDATE, position, last, 5, TABLE, null, row(i, i + 1L));
        send(producer, i % 2, encoder.encode(change, ROW));
      }
    }
  }

  private void updateOne(EmbeddedKafka kafka) {
    try (var producer = producer(kafka)) {
      var position = new ChangePosition(1, Lsn.ZERO, 1_000_000, new Lsn(ROWS), 0);
      var change = new Change(Op.UPDATE, position, true, 5, TABLE, null, row(0, -1L));
      send(producer, 0, encoder.encode(change, ROW));
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int partition, byte[] value) {
    var _ =
        producer.send(new ProducerRecord<>(PLAN.topics().outbox(), partition, new byte[0], value));
  }
}
