package dev.tandem.translate;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// A store in memory; a scan meets what was there when it began.
final class MemoryBytes implements SortedBytes {
  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

  static State state() {
    return new State(
        new MemoryBytes(),
        new MemoryBytes(),
        new MemoryBytes(),
        new MemoryBytes(),
        new MemoryBytes());
  }

  int size() {
    return entries.size();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return entries.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    entries.put(key, value);
  }

  @Override
  public void delete(byte[] key) {
    entries.remove(key);
  }

  @Override
  public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
    for (var entry : new TreeMap<>(entries.tailMap(from)).entrySet()) {
      if (!visitor.test(entry.getKey(), entry.getValue())) {
        return;
      }
    }
  }

  @Override
  public void scan(byte[] from, byte[] to, BiConsumer<byte[], byte[]> visitor) {
    entries.subMap(from, true, to, true).forEach(visitor);
  }
}
