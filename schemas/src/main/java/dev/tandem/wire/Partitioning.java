package dev.tandem.wire;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/// Which partition a `partition-by` value belongs to (DESIGN invariant 2): Kafka's own murmur2 over
/// the value's canonical text, so that any producer that keys by that text agrees.
public final class Partitioning {
  private Partitioning() {}

  public static int partition(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
