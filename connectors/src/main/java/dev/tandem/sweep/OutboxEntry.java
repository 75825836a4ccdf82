package dev.tandem.sweep;

/// One encoded record on its way to a topic.
@SuppressWarnings("ArrayRecordComponent") // given away by whoever made it; compared by nobody
public record OutboxEntry(String topic, int partition, byte[] value) {
  /// Whether it is for the dead letters, which have no partition of their own choice.
  public boolean isDeadLetter() {
    return partition < 0;
  }
}
