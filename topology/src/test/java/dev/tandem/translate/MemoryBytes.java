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

  static State copy(State from) {
    State copy = state();
    restore(copy, from);
    return copy;
  }

  /// Makes `state` what `from` is.
  static void restore(State state, State from) {
    ((MemoryBytes) state.rows()).become(from.rows());
    ((MemoryBytes) state.deleted()).become(from.deleted());
    ((MemoryBytes) state.contractKeys()).become(from.contractKeys());
    ((MemoryBytes) state.open()).become(from.open());
    ((MemoryBytes) state.progress()).become(from.progress());
  }

  private void become(SortedBytes other) {
    var copied = new TreeMap<>(((MemoryBytes) other).entries);
    entries.clear();
    entries.putAll(copied);
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
