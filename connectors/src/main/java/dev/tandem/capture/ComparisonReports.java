package dev.tandem.capture;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReports;
import dev.tandem.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Follows how far the reconciler has compared the domains, from a moment on. Belongs to no group.
/// Not thread-safe.
final class ComparisonReports implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);
  private final KafkaConsumer<byte[], byte[]> consumer;

  /// The newest report of each partition, by domain.
  private final Map<String, Map<Integer, LagReport>> newest = new HashMap<>();

  /// @param topic of the reports, of one partition
  /// @param from microseconds since 1970-01-01T00:00Z
  ComparisonReports(Map<String, Object> kafka, String topic, long from) {
    consumer = KafkaClients.consumer(ReadConfig.following(kafka));
    var partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    var found = consumer.offsetsForTimes(Map.of(partition, from / 1000), WITHIN).get(partition);
    if (found == null) {
      consumer.seekToEnd(List.of(partition));
    } else {
      consumer.seek(partition, found.offset());
    }
  }

  /// When each partition of a seal had been compared beyond it; nothing if one has not.
  Optional<SweepOrders.Compared> beyond(String domain, CaptureState.Note.Seal seal) {
    consumer
        .poll(POLL)
        .forEach(
            record -> {
              if (record.value() == null) {
                return;
              }
              try {
                LagReport report = LagReports.decode(record.value());
                newest
                    .computeIfAbsent(report.domain(), _ -> new HashMap<>())
                    .put(report.partition(), report);
              } catch (UndecodableException _) {
                // A report of another version says nothing here.
              }
            });
    Map<Integer, LagReport> reports = newest.getOrDefault(domain, Map.of());
    long at = 0;
    long waiting = 0;
    for (var offset : seal.offsets().entrySet()) {
      LagReport report = reports.get(offset.getKey());
      if (report == null || !report.hasCompared(offset.getValue())) {
        return Optional.empty();
      }
      at = Math.max(at, report.at());
      waiting += report.waiting();
    }
    return Optional.of(new SweepOrders.Compared(at, waiting));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
