package dev.tandem.rebuild;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.plan.DomainPlan;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Where an outbox ends now: the last committed record before the end that a writer has reached.
///
/// Two outboxes of one domain have no positions in common. But each change stands in both by one
/// Kafka transaction. So whoever has read one of them up to a moment, and then asks where the other
/// ends, has in front of that end all that it read: the end is taken with what is not committed
/// yet, and then everything before it is waited for to be decided.
///
/// @param domain as it is over that outbox
public record OutboxEnds(Map<String, String> kafka, DomainPlan domain) {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration TURN = Duration.ofMillis(100);

  /// A transaction was open and has not ended: whoever wrote it may have been killed. Capture ends
  /// it when it starts again, and Kafka after a minute.
  public static final class OpenException extends KafkaException {
    private static final long serialVersionUID = 1;
    private final transient SortedSet<Integer> partitions;

    OpenException(SortedSet<Integer> partitions) {
      super("a transaction is open in partitions " + partitions + " of the outbox");
      this.partitions = partitions;
    }

    SortedSet<Integer> partitions() {
      return partitions;
    }
  }

  /// So many records before the end are read first; it ends with markers of transactions.
  private static final long STEP = 64;

  /// @param patience for transactions that are open to end
  /// @return the offset of the last record, by partition; -1 where there is none
  /// @throws OpenException if one has not ended by then
  public Map<Integer, Long> read(Duration patience) {
    String topic = domain.topics().outbox();
    try (var all = consumer("read_uncommitted");
        var committed = consumer("read_committed")) {
      List<TopicPartition> partitions =
          all.partitionsFor(topic, WITHIN).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .sorted(Comparator.comparingInt(TopicPartition::partition))
              .toList();
      Map<TopicPartition, Long> ends = all.endOffsets(partitions, WITHIN);
      Map<TopicPartition, Long> starts = all.beginningOffsets(partitions, WITHIN);
      var open = new HashMap<TopicPartition, Long>();
      var last = new TreeMap<Integer, Long>();
      for (TopicPartition each : partitions) {
        last.put(each.partition(), -1L);
        open.put(each, ends.getOrDefault(each, 0L));
      }
      for (long step = STEP; ; step *= 16) {
        long size = step;
        open.entrySet().removeIf(each -> each.getValue() <= starts.getOrDefault(each.getKey(), 0L));
        if (open.isEmpty()) {
          return last;
        }
        var from = new HashMap<>(open);
        from.replaceAll((each, upTo) -> Math.max(starts.getOrDefault(each, 0L), upTo - size));
        read(committed, from, open, patience)
            .forEach(
                (each, found) -> {
                  last.put(each.partition(), found);
                  open.remove(each);
                });
        open.replaceAll((each, _) -> from.getOrDefault(each, 0L));
      }
    }
  }

  /// The last record of each stretch, if there is one, once every transaction in it has ended.
  private static Map<TopicPartition, Long> read(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> upTo,
      Duration patience) {
    consumer.assign(from.keySet());
    from.forEach(consumer::seek);
    var last = new HashMap<TopicPartition, Long>();
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      SortedSet<Integer> behind =
          upTo.entrySet().stream()
              .filter(each -> consumer.position(each.getKey(), WITHIN) < each.getValue())
              .map(each -> each.getKey().partition())
              .collect(Collectors.toCollection(TreeSet::new));
      if (behind.isEmpty()) {
        return last;
      }
      if (System.nanoTime() > deadline) {
        throw new OpenException(behind);
      }
      for (var record : consumer.poll(TURN)) {
        var partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < upTo.getOrDefault(partition, 0L)) {
          last.merge(partition, record.offset(), Math::max);
        }
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    var properties = ReadConfig.turning(kafka);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    return KafkaClients.consumer(properties);
  }
}
