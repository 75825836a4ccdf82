package dev.tandem.clients;

import java.util.Collection;
import org.apache.kafka.common.Metric;

/// Whether clients of Kafka reach it: by the connections that their consumers have, which is the
/// first that is missed where all brokers are away, and the first that comes back. A client that
/// was just made has none yet.
public final class Connections {
  private Connections() {}

  /// @param metrics of one client, or of several
  public static boolean areThere(Collection<? extends Metric> metrics) {
    return metrics.stream()
        .filter(metric -> metric.metricName().name().equals("connection-count"))
        .filter(metric -> metric.metricName().group().equals("consumer-metrics"))
        .anyMatch(
            metric -> metric.metricValue() instanceof Number count && count.doubleValue() > 0);
  }
}
