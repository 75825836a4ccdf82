package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.capture.Capture;
import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.CaptureSettings;
import dev.tandem.capture.CaptureStateReader;
import dev.tandem.capture.CaptureStatus;
import dev.tandem.capture.SourceEpoch;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.row.Row;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.table.TableId;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Capture over a real broker and a real server. Each test is a migration of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class CaptureBrokerTest {
  private static final int PARTITIONS = 2;
  private final MemoryRegistry registry = new MemoryRegistry();
  private final OutboxDecoder decoder = new OutboxDecoder(registry);
  private Path directory;
  private EmbeddedKafka kafka;
  private PostgresServer postgres;

  private record ById() implements EntityMapping {
    private static final Schema EMPTY = SchemaBuilder.record("Empty").fields().endRecord();

    @Override
    public Schema contract() {
      return EMPTY;
    }

    @Override
    public Schema key() {
      return EMPTY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return String.valueOf(row.value("id"));
    }

    @Override
    public GenericRecord key(Row root) {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      throw new UnsupportedOperationException();
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

  @BeforeAll
  void start(@TempDir Path temporary) {
    directory = temporary;
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    postgres =
        PostgresServer.start(
            PostgresSettings.in(directory.resolve("postgres")).withDatabase("legacy"));
  }

  @AfterAll
  void stop() {
    postgres.close();
    kafka.close();
  }

  /// C7 over a real broker: it goes away while a transaction of many records in both partitions is
  /// being written.
  @Test
  void shouldWriteEachChangeOnceThoughTheBrokerGoesAway_C7() throws Exception {
    setUp("away", Map.of());
    try (var capture = Capture.start(settings("away"))) {
      until(() -> capture.status().state() == CaptureStatus.State.STREAMING);
      execute("INSERT INTO away SELECT i, 'a' FROM generate_series(1, 20000) i");
      int port = Integer.parseInt(kafka.bootstrapServers().split(":")[1]);
      until(() -> capture.status().captured() > 0);
      kafka.close();
      execute("INSERT INTO away SELECT i, 'b' FROM generate_series(20001, 21000) i");
      kafka = EmbeddedKafka.start(directory.resolve("kafka"), new EmbeddedKafka.Ports(port, 0));
      execute("INSERT INTO away VALUES (21001, 'c')");
      until(() -> changes("away").size() >= 21_001);
    }
    assertThat(ids("away"))
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 21_001).boxed().toList());
    assertMarked("away");
  }

  @Test
  void shouldLeaveNothingVisibleOfAWriterThatDied() throws Exception {
    setUp("died", Map.of());
    try (var dead = writer("died")) {
      dead.initTransactions();
      dead.beginTransaction();
      var half = new ProducerRecord<byte[], byte[]>("died.d.outbox", 0, null, new byte[] {1, 2});
      dead.send(half).get();
      try (var capture = Capture.start(settings("died"))) {
        execute("INSERT INTO died VALUES (1, 'a')");
        until(() -> ids("died").equals(List.of(1)));
        assertThat(capture.status().state()).isEqualTo(CaptureStatus.State.STREAMING);
      }
      assertThatThrownBy(dead::commitTransaction).isInstanceOf(KafkaException.class);
    }
  }

  @Test
  void shouldReadOnInANewEpochWhereItsWriterWasFenced() throws Exception {
    setUp("fenced", Map.of());
    var names = new CaptureNames("fenced");
    try (var capture = Capture.start(settings("fenced"))) {
      execute("INSERT INTO fenced VALUES (1, 'a')");
      until(() -> ids("fenced").equals(List.of(1)));
      try (var connection = legacy().connect()) {
        assertThat(SourceEpoch.declareNext(settings("fenced"), connection)).isEqualTo(2);
      }
      execute("INSERT INTO fenced VALUES (2, 'b')");
      until(() -> capture.status().epoch() == 2 && ids("fenced").contains(2));
    }
    assertThat(ids("fenced")).contains(1, 2);
    assertThat(records("fenced"))
        .filteredOn(record -> record instanceof Marker marker && marker.kind() == Kind.EPOCH)
        .hasSize(PARTITIONS);
    try (var reader = new CaptureStateReader(client(), names)) {
      var source = Objects.requireNonNull(reader.read().source());
      assertThat(source.epoch()).isEqualTo(2);
      assertThat(source.proven()).isNotNull();
    }
  }

  @Test
  void shouldNotGoOnWithoutItsNotesAndBeginAboveEveryEpochThatWasUsed() throws Exception {
    setUp("forgot", Map.of());
    try (var capture = Capture.start(settings("forgot"))) {
      execute("INSERT INTO forgot VALUES (1, 'a')");
      until(() -> ids("forgot").equals(List.of(1)));
      assertThat(declareNext("forgot")).isEqualTo(2);
      execute("INSERT INTO forgot VALUES (2, 'b')");
      until(() -> capture.status().epoch() == 2 && ids("forgot").contains(2));
    }
    try (var admin = Admin.create(client())) {
      admin.deleteTopics(List.of("forgot.offsets")).all().get();
      var again = new NewTopic("forgot.offsets", 1, (short) 1);
      until(() -> !admin.listTopics().names().get().contains("forgot.offsets"));
      admin.createTopics(List.of(again)).all().get();
    }
    try (var capture = Capture.start(settings("forgot"))) {
      until(() -> capture.status().state() == CaptureStatus.State.LOST);
      assertThat(capture.status().detail()).contains("(epoch 2)", "forgot.offsets", "--new-epoch");
    }
    assertThat(declareNext("forgot")).isEqualTo(3);
  }

  private int declareNext(String migration) throws Exception {
    try (var connection = legacy().connect()) {
      return SourceEpoch.declareNext(settings(migration), connection);
    }
  }

  @Test
  void shouldParkWhatTheTopicDoesNotTakeAndWriteTheRestOfIt() throws Exception {
    setUp("large", Map.of("max.message.bytes", "40000"));
    try (var capture = Capture.start(settings("large"))) {
      until(() -> capture.status().state() == CaptureStatus.State.STREAMING);
      execute(
          "INSERT INTO large SELECT i, (SELECT string_agg(md5(random()::text), '')"
              + " FROM generate_series(1, CASE i WHEN 2 THEN 3000 ELSE 1 END))"
              + " FROM generate_series(1, 3) i");
      until(() -> ids("large").size() == 3);
      assertThat(capture.status().parked()).isPositive();
    }
    assertThat(ids("large")).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(changes("large").stream().filter(change -> change.op() == Op.REPLACE))
        .singleElement()
        .satisfies(part -> assertThat(Objects.requireNonNull(part.after()).isPartial()).isTrue());
    assertMarked("large");
  }

  @Test
  void shouldWaitForSetUpWhereItsOwnTopicWasNeverMade() throws Exception {
    setUp("early", Map.of());
    try (var admin = Admin.create(client())) {
      admin.deleteTopics(List.of("early.offsets")).all().get();
    }
    try (var capture = Capture.start(settings("early"))) {
      until(() -> capture.status().state() == CaptureStatus.State.NOT_SET_UP);
      assertThat(capture.status().detail()).contains("early.offsets").contains("tandem setup");
    }
    try (var admin = Admin.create(client())) {
      assertThat(admin.listTopics().names().get()).doesNotContain("early.offsets");
    }
  }

  @Test
  void shouldNameAnOutboxThatIsGoneAndOneThatIsNotTheOneThatWasMade() throws Exception {
    setUp("gone", Map.of());
    try (var admin = Admin.create(client())) {
      admin.deleteTopics(List.of("gone.d.outbox")).all().get();
      try (var capture = Capture.start(settings("gone"))) {
        until(() -> capture.status().detail().contains("there is no topic gone.d.outbox"));
        admin.createTopics(List.of(new NewTopic("gone.d.outbox", 1, (short) 1))).all().get();
        until(() -> capture.status().detail().contains("expected 2 partitions, found 1"));
        assertThat(capture.status().state()).isEqualTo(CaptureStatus.State.NOT_SET_UP);
      }
    }
  }

  /// Of each transaction in each partition the last record is marked, and no other.
  private void assertMarked(String migration) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      var open = new HashMap<Long, Boolean>();
      for (OutboxRecord record : records(migration, partition)) {
        if (record instanceof Change change) {
          assertThat(open.put(change.position().xid(), change.last())).isNotEqualTo(true);
        }
      }
      assertThat(open.values()).doesNotContain(false);
    }
  }

  private void setUp(String migration, Map<String, String> topicSettings) throws Exception {
    execute("CREATE TABLE " + migration + " (id int PRIMARY KEY, v text)");
    execute("CREATE PUBLICATION tandem_" + migration + " FOR TABLE " + migration);
    execute("SELECT pg_create_logical_replication_slot('tandem_" + migration + "', 'pgoutput')");
    try (var admin = Admin.create(client())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(migration + ".d.outbox", PARTITIONS, (short) 1)
                      .configs(topicSettings),
                  new NewTopic(migration + ".dead-letter", 1, (short) 1),
                  new NewTopic(migration + ".offsets", 1, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
    }
  }

  private CaptureSettings settings(String migration) {
    var table = new TableId("public", migration);
    var source = new Source(Source.ROOT, table, List.of("id"), List.of("id"));
    var target =
        new TargetPlan(
            new TargetPlan.TargetTable(table, List.of(), List.of(), List.of()), List.of());
    var entity = new EntityPlan("E", 0, source, List.of(), new ById(), target, "1");
    var domain = DomainPlan.first(new Topics(migration, "d"), PARTITIONS, "id", List.of(entity));
    return CaptureSettings.of(
        new MigrationPlan(migration, List.of(domain)), legacy(), client(), registry);
  }

  private PostgresAccess legacy() {
    return new PostgresAccess(postgres.url(), PostgresServer.USER, PostgresServer.PASSWORD);
  }

  private Map<String, Object> client() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private KafkaProducer<byte[], byte[]> writer(String migration) {
    var config = new HashMap<>(client());
    config.put("transactional.id", new CaptureNames(migration).transactionalId());
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void execute(String sql) throws Exception {
    try (var connection = legacy().connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<Integer> ids(String migration) {
    return changes(migration).stream()
        .map(change -> (Integer) Objects.requireNonNull(change.after()).value("id"))
        .toList();
  }

  private List<Change> changes(String migration) {
    return records(migration).stream()
        .filter(Change.class::isInstance)
        .map(Change.class::cast)
        .toList();
  }

  private List<OutboxRecord> records(String migration) {
    var all = new ArrayList<OutboxRecord>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      all.addAll(records(migration, partition));
    }
    return all;
  }

  /// What stands committed in a partition.
  private List<OutboxRecord> records(String migration, int partition) {
    var config = new HashMap<>(client());
    config.put("isolation.level", "read_committed");
    var deserializer = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(config, deserializer, deserializer)) {
      var outbox = new TopicPartition(migration + ".d.outbox", partition);
      consumer.assign(List.of(outbox));
      consumer.seekToBeginning(List.of(outbox));
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(outbox)).get(outbox));
      var records = new ArrayList<OutboxRecord>();
      while (consumer.position(outbox) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> records.add(decoder.decode(record.value())));
      }
      return records;
    }
  }

  private static void until(Callable<Boolean> done) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(done);
  }
}
