package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.SensitivePlan;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.streams.Outgoing;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslateTopologyTest {
  private static final DomainPlan PLAN = Shop.PLAN;
  @TempDir Path directory;
  private final MemoryRegistry registry = new MemoryRegistry();
  private final FlakyRegistry flaky = new FlakyRegistry(registry);
  private final OutboxEncoder encoder = new OutboxEncoder(registry, PLAN.topics().outbox());
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> outbox;
  private TestOutputTopic<byte[], byte[]> contract;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  /// A registry that can be away for some calls.
  private record FlakyRegistry(Registry registry, AtomicInteger away) implements Registry {
    FlakyRegistry(Registry registry) {
      this(registry, new AtomicInteger());
    }

    @Override
    public int register(String subject, Schema schema) {
      return registry.register(subject, schema);
    }

    @Override
    public Schema byId(int id) {
      if (away.getAndDecrement() > 0) {
        throw new RegistryException(RegistryException.Kind.UNAVAILABLE, "connection refused");
      }
      return registry.byId(id);
    }
  }

  private TranslateConfig config() {
    return TranslateConfig.of(Map.of("bootstrap.servers", "unused:9092"), directory);
  }

  @BeforeEach
  void start() {
    var topology = TranslateTopology.build(PLAN, flaky, config(), TranslateListener.NONE);
    driver = new TopologyTestDriver(topology, TranslateTopology.properties(PLAN, config()));
    attach();
  }

  private void attach() {
    var in = new ByteArraySerializer();
    var out = new ByteArrayDeserializer();
    outbox = driver.createInputTopic(PLAN.topics().outbox(), in, in);
    contract = driver.createOutputTopic(PLAN.topics().contract(), out, out);
    deadLetters = driver.createOutputTopic(PLAN.topics().deadLetter(), out, out);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void feed(Change change) {
    Row row = Objects.requireNonNull(change.after() == null ? change.before() : change.after());
    outbox.pipeInput(new byte[0], encoder.encode(change, row.schema()));
  }

  private void baselines() {
    for (var table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER)) {
      outbox.pipeInput(
          new byte[0], encoder.encode(new Marker(Kind.SWEEP_ENDED, 1, table, "s", null, 5)));
    }
  }

  private String text(TestRecord<byte[], byte[]> record) {
    ContractPosition position = ContractPosition.of(record.headers());
    byte[] content = record.value() == null ? record.key() : record.value();
    return position.kind()
        + " "
        + position.outboxEnd()
        + (position.last() ? "! " : " ")
        + ContractReader.text(registry, content);
  }

  private List<String> taken() {
    return contract.readRecordsToList().stream().map(this::text).toList();
  }

  @Test
  void shouldMakeADeadLetterOfARecordThatIsLargerThanItsProducerTakes() {
    driver.close();
    var small =
        TranslateConfig.of(
            Map.of("bootstrap.servers", "unused:9092", "producer.max.request.size", "2048"),
            directory.resolve("small"));
    var topology = TranslateTopology.build(PLAN, flaky, small, TranslateListener.NONE);
    driver = new TopologyTestDriver(topology, TranslateTopology.properties(PLAN, small));
    attach();
    baselines();
    contract.readRecordsToList();
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "x".repeat(2000)))));
    feed(last(change(Op.INSERT, 11, null, Shop.order(2, 1, "fits"))));
    assertThat(taken()).containsExactly("UPSERT 4! Order{\"id\": 2, \"state\": \"fits\"}");
    assertThat(deadLetters.readRecordsToList()).hasSize(1);
  }

  @Test
  void shouldSendALetterWithoutTheRecordThatWouldMakeItTooLarge() {
    driver.close();
    var small =
        TranslateConfig.of(
            Map.of("bootstrap.servers", "unused:9092", "producer.max.request.size", "2048"),
            directory.resolve("small"));
    var topology = TranslateTopology.build(PLAN, flaky, small, TranslateListener.NONE);
    driver = new TopologyTestDriver(topology, TranslateTopology.properties(PLAN, small));
    attach();
    outbox.pipeInput(new byte[0], new byte[3000]);
    assertThat(deadLetters.readRecordsToList())
        .singleElement()
        .satisfies(letter -> assertThat(letter.value().length).isLessThan(1024));
  }

  @Test
  void shouldKeepTheNamesOfItsNodesStoresAndTopics() throws IOException {
    var topology = TranslateTopology.build(PLAN, registry, config(), TranslateListener.NONE);
    try (var golden = getClass().getResourceAsStream("topology.txt")) {
      assertThat(topology.describe().toString().strip())
          .isEqualTo(
              new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8)
                  .strip());
    }
  }

  @Test
  void shouldTranslateSweptRowsAndChangesFromBytesToBytes() {
    outbox.pipeInput(
        new byte[0],
        encoder.encode(new Swept(1, Snapshot.parse("5:5:"), 7, Shop.order(1, 1, "a"))));
    baselines();
    feed(last(change(Op.UPDATE, 10, null, Shop.order(1, 1, "b"))));
    feed(last(change(Op.DELETE, 11, Shop.only(Shop.order(1, 1, ""), "id"), null)));
    assertThat(taken())
        .containsExactly(
            "UPSERT 3 Order{\"id\": 1, \"state\": \"a\"}",
            "PROGRESS 3! Progress{\"outboxEnd\": 3}",
            "UPSERT 4! Order{\"id\": 1, \"state\": \"b\"}",
            "DELETE 5! OrderKey{\"id\": 1}");
  }

  @Test
  void shouldPassWhatIsForAVerificationAndSayThatItHas() {
    baselines();
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    taken();
    var snapshot = Snapshot.parse("50:50:");
    outbox.pipeInput(
        new byte[0],
        encoder.encode(
            new Swept(1, snapshot, 7, Shop.order(1, 1, "another"), Purpose.VERIFICATION)));
    outbox.pipeInput(
        new byte[0],
        encoder.encode(new Marker(Kind.VERIFICATION_ENDED, 1, Shop.ORDER, "s", snapshot, 5)));
    assertThat(taken()).isEmpty();
    driver.advanceWallClockTime(Duration.ofSeconds(5));
    assertThat(taken()).containsExactly("PROGRESS 5! Progress{\"outboxEnd\": 5}");
    feed(last(change(Op.UPDATE, 11, null, Shop.order(1, 1, "b"))));
    assertThat(taken()).containsExactly("UPSERT 6! Order{\"id\": 1, \"state\": \"b\"}");
  }

  @Test
  void shouldWriteBeforeACommitWhatItHoldsInMemory() {
    baselines();
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    feed(change(Op.UPDATE, 11, null, Shop.order(1, 1, "b")));
    for (var name :
        List.of(TranslateTopology.ROWS, TranslateTopology.OPEN, TranslateTopology.PROGRESS)) {
      try (var entries = driver.getKeyValueStore(name).all()) {
        assertThat(entries.hasNext()).as(name).isTrue();
      }
    }
  }

  @Test
  void shouldLeadTheWatermarkToTheOutboxsEndByItself_C4() {
    baselines();
    feed(last(change(Op.INSERT, 10, null, Shop.address(1, 1L, "no root"))));
    taken();
    driver.advanceWallClockTime(Duration.ofMillis(200));
    driver.advanceWallClockTime(Duration.ofMillis(200));
    assertThat(taken()).containsExactly("PROGRESS 3! Progress{\"outboxEnd\": 3}");
  }

  @Test
  void shouldGiveProgressMarkersOneKeySoThatCompactionKeepsOne() {
    baselines();
    feed(last(change(Op.INSERT, 10, null, Shop.address(1, 1L, "no root"))));
    driver.advanceWallClockTime(Duration.ofMillis(200));
    var keys = contract.readRecordsToList().stream().map(TestRecord::key).toList();
    assertThat(keys).hasSize(2);
    assertThat(keys.getFirst()).isEqualTo(keys.getLast());
  }

  @Test
  void shouldMakeBytesThatCannotBeReadDeadLettersAndGoOn() {
    baselines();
    taken();
    outbox.pipeInput(new byte[0], new byte[] {7, 7, 7});
    outbox.pipeInput(new byte[0], new byte[] {0, 0, 0, 1, 0, 7});
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    assertThat(taken()).hasSize(1);
    var letters = deadLetters.readValuesToList().stream().map(DeadLetters::decode).toList();
    assertThat(letters)
        .extracting(DeadLetter::topic, DeadLetter::offset)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("shop.sales.outbox", 3L),
            org.assertj.core.groups.Tuple.tuple("shop.sales.outbox", 4L));
    assertThat(letters.getFirst().payload()).containsExactly(7, 7, 7);
    assertThat(letters.getFirst().reason()).contains("schema frame");
  }

  /// What stands in the outbox for those who may read it stands in no other topic.
  @Test
  void shouldKeepTheRecordOutOfTheDeadLetterWhereAFieldIsSensitive() {
    driver.close();
    var plan = SensitivePlan.of(PLAN);
    var topology = TranslateTopology.build(plan, flaky, config(), TranslateListener.NONE);
    driver = new TopologyTestDriver(topology, TranslateTopology.properties(plan, config()));
    attach();
    baselines();
    outbox.pipeInput(new byte[0], new byte[] {7, 7, 7});
    assertThat(deadLetters.readValuesToList())
        .singleElement()
        .satisfies(letter -> assertThat(DeadLetters.decode(letter).payload()).isNull());
  }

  @Test
  void shouldMakeADeadLetterOfWhatCannotBeTranslated() {
    baselines();
    feed(last(change(Op.INSERT, 10, null, Shop.customer(1, "poison"))));
    assertThat(deadLetters.readValuesToList())
        .singleElement()
        .satisfies(
            bytes -> {
              DeadLetter letter = DeadLetters.decode(bytes);
              assertThat(letter.entity()).isEqualTo("Customer");
              assertThat(letter.domain()).isEqualTo("sales");
              assertThat(letter.reason()).startsWith("name: ");
              assertThat(ContractReader.text(registry, Objects.requireNonNull(letter.key())))
                  .isEqualTo("CustomerKey{\"code\": \"C1\"}");
            });
  }

  @Test
  void shouldAskAgainWhileTheRegistryIsAway() {
    flaky.away.set(3);
    baselines();
    assertThat(taken()).hasSize(1);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void shouldForwardARepairAgainAndRefuseOneWithAForeignKey_C5() {
    baselines();
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    byte[] key = contract.readRecordsToList().getLast().key();
    var repair =
        driver.createInputTopic(
            PLAN.topics().repair(), new ByteArraySerializer(), new ByteArraySerializer());
    repair.pipeInput(key, new byte[0]);
    assertThat(taken()).containsExactly("UPSERT 3! Order{\"id\": 1, \"state\": \"a\"}");
    repair.pipeInput(new byte[] {0, 0, 0, 0, 99}, new byte[0]);
    assertThat(deadLetters.getQueueSize()).isEqualTo(1);
  }

  @Test
  void shouldWriteToThePartitionThatItReadsFrom() {
    var partitioner = new Outgoing.SamePartition();
    assertThat(partitioner.partitions("t", new byte[0], new Outgoing(3, null), 12))
        .contains(java.util.Set.of(3));
  }

  @Test // fault 31
  void shouldStopWhereMoreThanHalfCannotBeTranslated() {
    baselines();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 200; i++) {
                feed(last(change(Op.INSERT, 10 + i, null, Shop.customer(i, "poison"))));
              }
            })
        .hasRootCauseInstanceOf(DomainStoppedException.class);
  }
}
