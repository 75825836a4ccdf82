package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.PoisonLimit;
import dev.tandem.row.Row;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.VersionSwitch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
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

/// The [OrderVersions] through the whole topology.
@SuppressWarnings("NullAway.Init") // The set-up sets the fields before each use.
class VersionsTopologyTest {
  private OrderVersions versions;
  private final MemoryRegistry registry = new MemoryRegistry();
  @TempDir Path contracts;
  @TempDir Path state;
  private final Map<String, TestOutputTopic<byte[], byte[]>> topics = new HashMap<>();
  private OutboxEncoder encoder;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> outbox;

  @BeforeEach
  void contract() {
    versions = OrderVersions.write(contracts);
    encoder = new OutboxEncoder(registry, Shop.PLAN.topics().outbox());
  }

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
  }

  private DomainPlan plan(Integer... published) {
    return versions.plan(published);
  }

  private TranslateConfig config() {
    return TranslateConfig.of(Map.of("bootstrap.servers", "unused:9092"), state);
  }

  private void start(DomainPlan plan) {
    var topology = TranslateTopology.build(plan, registry, config(), TranslateListener.NONE);
    driver = new TopologyTestDriver(topology, TranslateTopology.properties(plan, config()));
    var in = new ByteArraySerializer();
    outbox = driver.createInputTopic(plan.topics().outbox(), in, in);
    for (var table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER)) {
      outbox.pipeInput(
          new byte[0], encoder.encode(new Marker(Kind.SWEEP_ENDED, 1, table, "s", null, 5)));
    }
    taken(plan.topics().contract());
  }

  private void feed(Change change) {
    Row row = Objects.requireNonNull(change.after() == null ? change.before() : change.after());
    outbox.pipeInput(new byte[0], encoder.encode(change, row.schema()));
  }

  private List<TestRecord<byte[], byte[]>> records(String topic) {
    return topics
        .computeIfAbsent(
            topic,
            name ->
                driver.createOutputTopic(
                    name, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
        .readRecordsToList();
  }

  private List<String> taken(String topic) {
    return records(topic).stream().map(this::text).toList();
  }

  private String text(TestRecord<byte[], byte[]> record) {
    var position = ContractPosition.of(record.headers());
    return position.sequence()
        + " "
        + ContractReader.text(registry, record.value() == null ? record.key() : record.value());
  }

  private void ordersComeAndGo() {
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    feed(change(Op.INSERT, 11, null, Shop.order(2, 1, "x")));
    feed(last(change(Op.UPDATE, 11, null, Shop.order(1, 1, "b"))));
    feed(last(change(Op.DELETE, 12, Shop.only(Shop.order(1, 1, ""), "id"), null)));
    feed(last(change(Op.INSERT, 13, null, Shop.customer(1, "no order"))));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
  }

  @Test
  void shouldPublishEachChangeOnceInOrderInItsVersion() {
    start(plan(1, 2));
    ordersComeAndGo();
    assertThat(taken("shop.sales.contract"))
        .startsWith(
            "1 Order{\"id\": 1, \"state\": \"a\"}",
            "2 Order{\"id\": 2, \"state\": \"x\"}",
            "3 Order{\"id\": 1, \"state\": \"b\"}",
            "4 OrderKey{\"id\": 1}")
        .hasSize(5);
    for (int version : List.of(1, 2)) {
      assertThat(taken("shop.sales.contract.v" + version))
          .containsExactly(
              "1 Order{\"id\": 1, \"st\": \"a\"}",
              "2 Order{\"id\": 2, \"st\": \"x\"}",
              "3 Order{\"id\": 1, \"st\": \"b\"}",
              "4 OrderKey{\"id\": 1}");
    }
  }

  @Test
  void shouldNameTheInstanceByTheBytesOfTheContractTopic() {
    start(plan(1, 2));
    ordersComeAndGo();
    var keys = records("shop.sales.contract").stream().limit(4).map(TestRecord::key).toList();
    for (int version : List.of(1, 2)) {
      var published = records("shop.sales.contract.v" + version);
      assertThat(IntStream.range(0, 4))
          .allSatisfy(i -> assertThat(published.get(i).key()).isEqualTo(keys.get(i)));
    }
  }

  @Test
  void shouldWriteEachVersionInItsOwnSchema() {
    start(plan(1, 3));
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    assertThat(taken("shop.sales.contract.v3"))
        .containsExactly("1 Order{\"id\": 1, \"state\": \"a\", \"note\": \"none\"}");
    assertThat(taken("shop.sales.contract.v1"))
        .containsExactly("1 Order{\"id\": 1, \"st\": \"a\"}");
    assertThat(registry.register("shop.sales.contract.v1-Order", versions.schema(1)))
        .isNotEqualTo(registry.register("shop.sales.contract-Order", versions.schema(4)));
  }

  @Test
  void shouldStopNeitherThePrimaryNorAnotherVersionWhereAStepFails() {
    start(plan(1, 2));
    long wide = 1L << 40;
    feed(last(change(Op.INSERT, 10, null, Shop.order(wide, 1, "a"))));
    feed(last(change(Op.INSERT, 11, null, Shop.order(7, 1, "b"))));
    assertThat(taken("shop.sales.contract")).hasSize(2);
    assertThat(taken("shop.sales.contract.v2"))
        .containsExactly(
            "1 Order{\"id\": " + wide + ", \"st\": \"a\"}", "2 Order{\"id\": 7, \"st\": \"b\"}");
    assertThat(taken("shop.sales.contract.v1"))
        .containsExactly("2 Order{\"id\": 7, \"st\": \"b\"}");
    assertThat(records("shop.dead-letter"))
        .singleElement()
        .satisfies(
            record -> {
              DeadLetter letter = DeadLetters.decode(record.value());
              assertThat(letter.entity()).isEqualTo("Order");
              assertThat(letter.reason())
                  .startsWith("not published as version 1: id: expected a number")
                  .doesNotContain(Long.toString(wide));
              assertThat(ContractReader.text(registry, Objects.requireNonNull(letter.key())))
                  .isEqualTo("OrderKey{\"id\": " + wide + "}");
            });
  }

  @Test // more than the window of the guard that stops a domain
  void shouldKeepADomainRunningOfWhichAVersionCannotBeMade() {
    start(plan(1));
    for (int i = 0; i < 300; i++) {
      feed(last(change(Op.INSERT, 10 + i, null, Shop.order((1L << 40) + i, 1, "a"))));
    }
    assertThat(taken("shop.sales.contract")).hasSize(300);
    assertThat(records("shop.dead-letter")).hasSize(300);
  }

  @Test
  void shouldNotFillTheTopicOfLettersWhereAVersionCannotBeMade() {
    start(plan(1, 2).limited(new PoisonLimit(20)));
    for (int i = 0; i < 50; i++) {
      feed(last(change(Op.INSERT, 10 + i, null, Shop.order((1L << 40) + i, 1, "a"))));
    }
    assertThat(taken("shop.sales.contract")).hasSize(50);
    assertThat(taken("shop.sales.contract.v2")).hasSize(50);
    var letters = records("shop.dead-letter");
    assertThat(letters).as("the share of one of two partitions").hasSize(10);
    assertThat(DeadLetters.decode(letters.getLast().value()).isLastOfMinute()).isTrue();
    assertThat(DeadLetters.decode(letters.get(8).value()).isLastOfMinute()).isFalse();
  }

  @Test
  void shouldSwitchAVersionOffWithoutAnyTraceInTheOthers() {
    start(plan(1, 2));
    ordersComeAndGo();
    var contract = taken("shop.sales.contract");
    var second = taken("shop.sales.contract.v2");
    driver.close();
    topics.clear();
    start(plan(2));
    ordersComeAndGo();
    assertThat(taken("shop.sales.contract")).isEqualTo(contract);
    assertThat(taken("shop.sales.contract.v2")).isEqualTo(second);
    assertThat(driver.producedTopicNames()).doesNotContain("shop.sales.contract.v1");
    assertThat(plan(1, 2).fingerprint()).isEqualTo(plan().fingerprint());
  }

  @Test
  void shouldFollowAnOrderFromTheTopicOfRepairsAndRefuseOneThatCannotBeRead() {
    start(plan(1, 2));
    var repair =
        driver.createInputTopic(
            "shop.sales.repair", new ByteArraySerializer(), new ByteArraySerializer());
    var off = new VersionSwitch("Order", 1, false);
    repair.pipeInput(new TestRecord<>(off.key(), null, new RecordHeaders(off.headers())));
    feed(last(change(Op.INSERT, 10, null, Shop.order(1, 1, "a"))));
    assertThat(taken("shop.sales.contract.v1")).isEmpty();
    assertThat(taken("shop.sales.contract.v2")).hasSize(1);
    var on = new VersionSwitch("Order", 1, true);
    repair.pipeInput(new TestRecord<>(on.key(), null, new RecordHeaders(on.headers())));
    assertThat(taken("shop.sales.contract.v1"))
        .containsExactly("-1 Order{\"id\": 1, \"st\": \"a\"}");
    assertThat(records("shop.dead-letter")).isEmpty();
    repair.pipeInput(new TestRecord<>(new byte[0], null, new RecordHeaders(off.headers())));
    assertThat(records("shop.dead-letter")).hasSize(1);
  }

  @Test
  void shouldHaveOneMoreSinkForEachPublishedVersionAndNothingElse() {
    var without =
        TranslateTopology.build(plan(), registry, config(), TranslateListener.NONE).describe();
    var with =
        TranslateTopology.build(plan(1, 2), registry, config(), TranslateListener.NONE).describe();
    assertThat(with.toString())
        .contains("Sink: contract-v1 (topic: shop.sales.contract.v1)")
        .contains("Sink: contract-v2 (topic: shop.sales.contract.v2)");
    assertThat(
            with.toString()
                .lines()
                .filter(line -> !line.contains("Sink: contract-v"))
                .map(line -> line.replace("contract-v1, contract-v2, ", ""))
                .filter(line -> !line.isBlank() && !line.contains("<-- translate"))
                .toList())
        .isEqualTo(
            without
                .toString()
                .lines()
                .filter(line -> !line.isBlank() && !line.contains("<-- translate"))
                .toList());
  }
}
