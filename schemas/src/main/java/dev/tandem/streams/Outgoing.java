package dev.tandem.streams;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/// A value on its way to a topic, with the partition it must go to: a contract record goes where
/// its outbox record came from, not where its key's hash points.
///
/// @param bytes null for a deletion
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Outgoing(int partition, byte @Nullable [] bytes) {

  /// The bytes alone.
  public static final class Bytes implements Serializer<Outgoing> {
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Outgoing data) {
      return data == null ? null : data.bytes;
    }
  }

  /// The partition that the value names.
  public static final class SamePartition implements StreamPartitioner<byte[], Outgoing> {
    @Override
    public Optional<Set<Integer>> partitions(
        String topic, byte[] key, Outgoing value, int partitions) {
      return Optional.of(Set.of(value.partition));
    }
  }
}
