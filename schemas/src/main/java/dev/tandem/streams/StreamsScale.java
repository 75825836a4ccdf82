package dev.tandem.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.streams.StreamsConfig;

/// How much of a process, and of the other instances, the streams applications take up. What is not
/// said here is as the properties of Kafka say.
///
/// A partition is worked by one thread at a time, so that threads beyond a domain's partitions have
/// nothing to do. A standby is a copy of a partition's state in another instance, which follows the
/// changelogs; where there is no other instance, there is none.
///
/// @param threads of each application, at least 1
/// @param standbys of the state of each partition, 0 for none; the same in all instances
public record StreamsScale(OptionalInt threads, OptionalInt standbys) {
  /// As the properties of Kafka say: one thread and no standbys, unless they say otherwise.
  public static final StreamsScale PLAIN =
      new StreamsScale(OptionalInt.empty(), OptionalInt.empty());

  public StreamsScale {
    if (threads.isPresent() && threads.getAsInt() < 1) {
      throw new IllegalArgumentException("expected at least 1 thread, found " + threads.getAsInt());
    }
    if (standbys.isPresent() && standbys.getAsInt() < 0) {
      throw new IllegalArgumentException(
          "expected 0 standbys or more, found " + standbys.getAsInt());
    }
  }

  public static StreamsScale ofThreads(int threads) {
    return new StreamsScale(OptionalInt.of(threads), OptionalInt.empty());
  }

  /// The properties of Kafka, with what is said here in place of what they say of it.
  public Map<String, String> over(Map<String, String> client) {
    var scaled = new HashMap<>(client);
    threads.ifPresent(
        it -> scaled.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, String.valueOf(it)));
    standbys.ifPresent(
        it -> scaled.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, String.valueOf(it)));
    return Map.copyOf(scaled);
  }
}
