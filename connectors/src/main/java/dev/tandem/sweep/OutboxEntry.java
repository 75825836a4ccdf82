package dev.tandem.sweep;

import org.jspecify.annotations.Nullable;

/// One encoded record on its way to a topic.
///
/// @param key null but for a compacted topic
@SuppressWarnings("ArrayRecordComponent") // given away by whoever made it; compared by nobody
public record OutboxEntry(String topic, int partition, byte @Nullable [] key, byte[] value) {
  public OutboxEntry(String topic, int partition, byte[] value) {
    this(topic, partition, null, value);
  }

  /// Whether it is for the dead letters, which have no partition of their own choice.
  public boolean isDeadLetter() {
    return partition < 0;
  }
}
