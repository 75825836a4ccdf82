package dev.tandem.sweep;

/// One encoded record on its way to a topic.
@SuppressWarnings("ArrayRecordComponent") // given away by whoever made it; compared by nobody
public record OutboxEntry(String topic, int partition, byte[] value) {}
