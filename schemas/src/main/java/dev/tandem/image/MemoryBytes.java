package dev.tandem.image;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// A store in memory, for tests and for translations without a broker; a scan meets what was there
/// when it began. Not thread-safe.
public final class MemoryBytes implements SortedBytes {
  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

  public static ImageState image() {
    return new ImageState(
        new MemoryBytes(), new MemoryBytes(), new MemoryBytes(), new MemoryBytes());
  }

  /// Makes `image` what `from` is.
  public static void restore(ImageState image, ImageState from) {
    ((MemoryBytes) image.rows()).become(from.rows());
    ((MemoryBytes) image.deleted()).become(from.deleted());
    ((MemoryBytes) image.open()).become(from.open());
    ((MemoryBytes) image.marks()).become(from.marks());
  }

  public void become(SortedBytes other) {
    var copied = new TreeMap<>(((MemoryBytes) other).entries);
    entries.clear();
    entries.putAll(copied);
  }

  public int size() {
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
