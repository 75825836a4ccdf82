package dev.tandem.rebuild;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// Whether a domain can be translated anew from what is left of its outbox (DESIGN invariant 14):
/// in each partition every record is there, or a sweep of each table stands whole in it. Reads a
/// partition from its start until it knows, and writes nothing.
final class OutboxBase {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration TURN = Duration.ofMillis(200);

  /// So long nothing may come before Kafka counts as gone.
  private static final Duration STALLED = Duration.ofSeconds(30);

  private final Map<String, String> kafka;
  private final Registry registry;

  OutboxBase(Map<String, String> kafka, Registry registry) {
    this.kafka = kafka;
    this.registry = registry;
  }

  /// How many partitions the outbox has.
  int partitions(DomainPlan domain) {
    try (var consumer = consumer()) {
      return consumer.partitionsFor(domain.topics().outbox(), WITHIN).size();
    }
  }

  /// What is missing, one line for each partition; empty if nothing is.
  List<String> missing(DomainPlan domain) {
    String topic = domain.topics().outbox();
    var lines = new ArrayList<String>();
    try (var consumer = consumer()) {
      // As many as there are, whatever the spec says.
      var partitions =
          consumer.partitionsFor(topic, WITHIN).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .sorted(Comparator.comparingInt(TopicPartition::partition))
              .toList();
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, WITHIN);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, WITHIN);
      for (TopicPartition each : partitions) {
        long start = starts.getOrDefault(each, 0L);
        if (start > 0) {
          var missing = RetainedSweeps.of(domain);
          read(consumer, each, ends.getOrDefault(each, 0L), missing);
          if (!missing.isWhole()) {
            lines.add(
                each
                    + " begins at offset "
                    + start
                    + ": expected a whole sweep of each table in what is left, found none of "
                    + missing.tables()
                    + "; fix: tandem backfill SPEC --domain "
                    + domain.name()
                    + ", and start when it has ended");
          }
        }
      }
    }
    return lines;
  }

  private void read(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      long end,
      RetainedSweeps retained) {
    var decoder = new OutboxDecoder(registry);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long reached = -1;
    long since = System.nanoTime();
    while (!retained.isWhole() && consumer.position(partition, WITHIN) < end) {
      if (consumer.position(partition, WITHIN) > reached) {
        reached = consumer.position(partition, WITHIN);
        since = System.nanoTime();
      } else if (System.nanoTime() - since > STALLED.toNanos()) {
        throw new TimeoutException(
            "expected "
                + partition
                + " to be read up to "
                + end
                + ", found nothing behind "
                + reached);
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(TURN)) {
        try {
          Marker marker = record.value() == null ? null : decoder.marker(record.value());
          if (marker != null) {
            retained.meet(marker);
          }
        } catch (UndecodableException none) {
          // It is no marker.
        }
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return KafkaClients.consumer(ReadConfig.turning(kafka));
  }
}
