package dev.tandem.reconcile;

import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.Arrays;
import java.util.function.BiConsumer;

/// A value for each of some entities, under one first byte in a store that holds other things too.
/// Not thread-safe.
final class ByEntity {
  private final SortedBytes store;
  private final byte prefix;

  ByEntity(SortedBytes store, byte prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  void put(StateKey entity, byte[] value) {
    store.put(stored(entity), value);
  }

  void delete(StateKey entity) {
    store.delete(stored(entity));
  }

  /// In the order of their keys.
  void each(BiConsumer<StateKey, byte[]> visitor) {
    store.scan(
        new byte[] {prefix},
        (stored, value) -> {
          if (stored[0] != prefix) {
            return false;
          }
          visitor.accept(new StateKey(Arrays.copyOfRange(stored, 1, stored.length)), value);
          return true;
        });
  }

  private byte[] stored(StateKey entity) {
    byte[] key = entity.bytes();
    byte[] stored = new byte[key.length + 1];
    stored[0] = prefix;
    System.arraycopy(key, 0, stored, 1, key.length);
    return stored;
  }
}
