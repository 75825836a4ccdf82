package dev.tandem.image;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// What the rules need of a state store: bytes by key, in the order of unsigned bytes. Arrays that
/// are given or taken are never changed.
public interface SortedBytes {
  byte @Nullable [] get(byte[] key);

  void put(byte[] key, byte[] value);

  void delete(byte[] key);

  /// Puts each entry that has a value and deletes those that have none, in the order given.
  default void putAll(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.value == null) {
        delete(entry.key);
      } else {
        put(entry.key, entry.value);
      }
    }
  }

  /// @param value null where there is to be none
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(byte[] key, byte @Nullable [] value) {}

  /// Visits the entries from `from` on, in order, until `visitor` answers false. What the visitor
  /// writes may or may not be met.
  void scan(byte[] from, BiPredicate<byte[], byte[]> visitor);

  /// Visits the entries from `from` to `to`, in order. The visitor writes nothing.
  void scan(byte[] from, byte[] to, BiConsumer<byte[], byte[]> visitor);
}
