package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.canon.SipHash;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.Divergences;
import dev.tandem.wire.LagReports;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.RepairRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcileTopologyTest {
  private static final PartitionEnds.Ends NO_HISTORY =
      new PartitionEnds.Ends(
          0, 0, new PartitionEnds.Passed(0, 0, 0), new PartitionEnds.Heard(0, 0));

  @TempDir Path directory;
  private final MemoryRegistry registry = new MemoryRegistry();

  private Topology topology(ReconcileConfig config) {
    return ReconcileTopology.build(
        Shop.PLAN,
        config,
        new ReconcileTopology.Surroundings(registry, _ -> NO_HISTORY, ReconcileListener.NONE));
  }

  private ReconcileConfig config() {
    return ReconcileConfig.of(
        Map.of("bootstrap.servers", "nowhere:9"), directory, new byte[SipHash.KEY_SIZE]);
  }

  /// A renamed store would lose its content: it shows here.
  @Test
  void shouldBeTheTopologyThatIsKnown() throws IOException {
    try (InputStream known =
        Objects.requireNonNull(getClass().getResourceAsStream("topology.txt"))) {
      assertThat(topology(config()).describe().toString().strip())
          .isEqualTo(new String(known.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  @Test
  void shouldOpenAndCloseADivergenceAndSayHowFarItIs() {
    var topics = Shop.PLAN.topics();
    try (var driver = driver()) {
      var outbox = input(driver, topics.outbox());
      var observed = input(driver, topics.observed());
      var legacy = new OutboxEncoder(registry, topics.outbox());
      var target = new OutboxEncoder(registry, topics.observed());
      baselines(outbox, legacy, Shop.CUST, Shop.ADDR, Shop.ORD);
      baselines(observed, target, Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDERS);
      driver.advanceWallClockTime(Duration.ofMillis(500));
      send(observed, target, Driven.put(9, Shop.checkpoint(2, true)));
      send(outbox, legacy, Driven.put(20, Driven.legacyOrder(1, "A")));
      send(observed, target, Driven.put(10, Shop.checkpoint(3, true)));
      send(outbox, legacy, Driven.put(21, Driven.legacyOrder(1, "B")));
      observed.pipeInput(
          new byte[0],
          target.encode(Driven.put(11, Shop.checkpoint(4, true)), Shop.CHECKPOINT_ROWS));
      send(observed, target, Driven.put(11, Driven.order(1, "B")));
      driver.advanceWallClockTime(Duration.ofSeconds(2));
      var divergences = output(driver, topics.divergence());
      var events = divergences.readValuesToList().stream().map(Divergences::decode).toList();
      assertThat(events)
          .extracting(event -> event.state())
          .containsExactly(State.OPENED, State.CLOSED);
      assertThat(events.getFirst().kind()).isEqualTo(Kind.LOST_WRITE);
      var lags = output(driver, topics.reconciliationLag());
      var report = LagReports.decode(lags.readValuesToList().getLast());
      assertThat(report.verdictAt()).isEqualTo(4);
      assertThat(report.pending()).isZero();
      assertThat(report.openDivergences()).isZero();
    }
  }

  /// Who asked does not show in the request, but for its mark; the reconciler's own comes back too.
  @Test
  void shouldTellOfARepairThatWasAskedForByHand() {
    var topics = Shop.PLAN.topics();
    try (var driver = driver()) {
      var outbox = input(driver, topics.outbox());
      var observed = input(driver, topics.observed());
      var legacy = new OutboxEncoder(registry, topics.outbox());
      var target = new OutboxEncoder(registry, topics.observed());
      baselines(outbox, legacy, Shop.CUST, Shop.ADDR, Shop.ORD);
      baselines(observed, target, Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDERS);
      driver.advanceWallClockTime(Duration.ofMillis(500));
      send(observed, target, Driven.put(9, Shop.checkpoint(2, true)));
      send(observed, target, Driven.put(10, Driven.order(1, "X")));
      driver.advanceWallClockTime(Duration.ofSeconds(2));
      var divergences = output(driver, topics.divergence());
      var opened = divergences.readRecord();
      var asked = input(driver, topics.repair());
      asked.pipeInput(opened.key(), (byte[]) null);
      asked.pipeInput(new byte[] {9}, (byte[]) null);
      assertThat(divergences.isEmpty()).isTrue();
      asked.pipeInput(
          new TestRecord<>(opened.key(), null, new RecordHeaders(RepairRequest.byHand())));
      var event = Divergences.decode(divergences.readValue());
      assertThat(event.state()).isEqualTo(State.REPAIRING);
      assertThat(event.id()).isEqualTo(Divergences.decode(opened.value()).id());
      assertThat(event.context().attempts()).as("by the reconciler").isZero();
    }
  }

  @Test
  void shouldPassARecordThatCannotBeRead() {
    var topics = Shop.PLAN.topics();
    try (var driver = driver()) {
      input(driver, topics.outbox()).pipeInput(new byte[0], new byte[] {7, 7});
      input(driver, topics.observed()).pipeInput(new byte[0], new byte[] {0, 0, 0, 9, 9, 1});
      driver.advanceWallClockTime(Duration.ofSeconds(2));
      var lags = output(driver, topics.reconciliationLag());
      assertThat(LagReports.decode(lags.readValue()).read()).isZero();
    }
  }

  private TopologyTestDriver driver() {
    var config = config();
    return new TopologyTestDriver(
        topology(config), config.streams().properties(Shop.PLAN.topics().reconcileApplication()));
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver, String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void baselines(
      TestInputTopic<byte[], byte[]> topic, OutboxEncoder encoder, TableId... tables) {
    for (TableId table : List.of(tables)) {
      topic.pipeInput(
          new byte[0],
          encoder.encode(
              new Marker(OutboxRecord.Kind.SWEEP_ENDED, 1, table, "s", Snapshot.parse("1:1:"), 5)));
    }
  }

  private static void send(
      TestInputTopic<byte[], byte[]> topic, OutboxEncoder encoder, Change change) {
    Row row = Objects.requireNonNull(change.after());
    topic.pipeInput(new byte[0], encoder.encode(LegacyHistory.last(change), row.schema()));
  }
}
