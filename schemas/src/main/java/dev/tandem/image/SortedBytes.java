package dev.tandem.image;

import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// What the rules need of a state store: bytes by key, in the order of unsigned bytes. Arrays that
/// are given or taken are never changed.
public interface SortedBytes {
  byte @Nullable [] get(byte[] key);

  void put(byte[] key, byte[] value);

  void delete(byte[] key);

  /// Visits the entries from `from` on, in order, until `visitor` answers false. What the visitor
  /// writes may or may not be met.
  void scan(byte[] from, BiPredicate<byte[], byte[]> visitor);

  /// Visits the entries from `from` to `to`, in order. The visitor writes nothing.
  void scan(byte[] from, byte[] to, BiConsumer<byte[], byte[]> visitor);
}
