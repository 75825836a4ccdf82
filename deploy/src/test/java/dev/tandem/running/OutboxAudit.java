package dev.tandem.running;

import dev.tandem.position.ChangePosition;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads outbox topics whole and counts what must not be: changes that stand there twice, that go
/// back, and transactions whose last change is not marked. Independent of capture's own
/// bookkeeping.
///
/// A gap cannot be seen from the outbox alone: [Counts#xids] is for comparing with what the legacy
/// store says of its transactions.
public final class OutboxAudit {
  private final OutboxDecoder decoder;
  private final Map<String, Object> kafka;

  OutboxAudit(String bootstrapServers, String registry) {
    decoder =
        new OutboxDecoder(
            new SchemaRegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry))));
    kafka = Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
  }

  /// What was found in one topic.
  static final class Counts {
    long changes;
    long twice;
    long back;
    long unmarked;

    /// Every transaction with a change in the topic.
    final Set<Long> xids = new TreeSet<>();

    @Override
    public String toString() {
      return "changes %d, twice %d, back %d, unmarked ends %d, transactions %d"
          .formatted(changes, twice, back, unmarked, xids.size());
    }
  }

  Counts read(String topic) {
    var counts = new Counts();
    try (var consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (var info : consumer.partitionsFor(topic)) {
        read(consumer, new TopicPartition(topic, info.partition()), counts);
      }
    }
    return counts;
  }

  private void read(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, Counts counts) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    var seen = new HashSet<ChangePosition>();
    @Nullable Change before = null;
    while (consumer.position(partition) < end) {
      for (var record : consumer.poll(Duration.ofMillis(200))) {
        if (decoder.decode(record.value()) instanceof Change change) {
          count(before, change, seen, counts);
          before = change;
        }
      }
    }
    counts.unmarked += before == null || before.last() ? 0 : 1;
  }

  private static void count(
      @Nullable Change before, Change change, Set<ChangePosition> seen, Counts counts) {
    ChangePosition at = change.position();
    counts.changes++;
    counts.xids.add(at.xid());
    // The bound may differ between two deliveries of one transaction; what it was does not.
    var identity = new ChangePosition(at.epoch(), at.lsn(), at.xid(), at.lsn(), at.ordinal());
    counts.twice += seen.add(identity) ? 0 : 1;
    if (before != null) {
      boolean sameTransaction = before.position().xid() == at.xid();
      counts.back += at.isContainedIn(before.position()) ? 1 : 0;
      counts.unmarked += !sameTransaction && !before.last() ? 1 : 0;
      counts.unmarked += sameTransaction && before.last() ? 1 : 0;
    }
  }

  /// Arguments: bootstrap servers, registry, a file for the transaction ids of the first topic,
  /// topics.
  public static void main(String[] arguments) throws Exception {
    var audit = new OutboxAudit(arguments[0], arguments[1]);
    for (int i = 3; i < arguments.length; i++) {
      Counts counts = audit.read(arguments[i]);
      System.out.println(arguments[i] + ": " + counts);
      if (i == 3) {
        Files.write(Path.of(arguments[2]), counts.xids.stream().map(String::valueOf).toList());
      }
    }
  }
}
