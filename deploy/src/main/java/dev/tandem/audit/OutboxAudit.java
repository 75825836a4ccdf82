package dev.tandem.audit;

import dev.tandem.clients.KafkaClients;
import dev.tandem.ledger.LedgerException;
import dev.tandem.position.ChangePosition;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.Registry;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads outbox topics whole and counts what must not be: changes that stand there twice, that go
/// back, and transactions whose last change is not marked. Independent of capture's own
/// bookkeeping.
///
/// A gap cannot be seen from the outbox alone: its transactions are for comparing with what the
/// legacy store says of them. Holds a partition's positions in memory, some 100 bytes for each
/// change.
public final class OutboxAudit {
  private final OutboxDecoder decoder;
  private final Map<String, Object> kafka;

  public OutboxAudit(Map<String, Object> clients, Registry registry) {
    decoder = new OutboxDecoder(registry);
    kafka = new HashMap<>(clients);
    kafka.put("isolation.level", "read_committed");
  }

  /// What was found in one topic.
  ///
  /// @param twice changes that stand there twice
  /// @param back changes that committed before the one that stands before them
  /// @param unmarked transactions of which not the last change, and only that, is marked as last
  /// @param open partitions that end inside a transaction: capture is writing it, or was cut off in
  ///     it
  /// @param transactions those with a change in the topic
  public record Found(
      long changes, long twice, long back, long unmarked, long open, SortedSet<Long> transactions) {
    public Found {
      transactions = Collections.unmodifiableSortedSet(new TreeSet<>(transactions));
    }

    public boolean isSound() {
      return twice + back + unmarked == 0;
    }
  }

  private static final class Counts {
    private long changes;
    private long twice;
    private long back;
    private long unmarked;
    private long open;
    private final SortedSet<Long> xids = new TreeSet<>();
  }

  /// Reads a topic from its beginning to where it now ends.
  ///
  /// @throws LedgerException if there is no such topic
  public Found read(String topic) {
    var counts = new Counts();
    try (var consumer = KafkaClients.consumer(kafka)) {
      var partitions = consumer.partitionsFor(topic);
      if (partitions == null || partitions.isEmpty()) {
        throw new LedgerException("there is no topic " + topic + "; fix: tandem setup SPEC");
      }
      for (var info : partitions) {
        read(consumer, new TopicPartition(topic, info.partition()), counts);
      }
    }
    return new Found(
        counts.changes, counts.twice, counts.back, counts.unmarked, counts.open, counts.xids);
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
        switch (decoder.decode(record.value())) {
          case Change change -> {
            count(before, change, seen, counts);
            before = change;
          }
          // A new source epoch ends what was open: its rest was lost with the slot.
          case Marker marker when marker.kind() == Kind.EPOCH -> before = null;
          case Marker _, Swept _ -> {}
        }
      }
    }
    counts.open += before == null || before.last() ? 0 : 1;
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
}
