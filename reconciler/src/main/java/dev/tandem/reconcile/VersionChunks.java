package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;

/// Versions that wait for V in records of their own, so that what is kept of one entity stays small
/// however often it changes while the target stands still.
final class VersionChunks {
  /// Versions of a record.
  static final int SIZE = 256;

  /// What the keys of these records begin with, in a store that others share.
  private static final int PREFIX = 5;

  private final SortedBytes store;
  private final int size;

  /// @param size versions of a record, at least 2
  VersionChunks(SortedBytes store, int size) {
    this.store = store;
    this.size = size;
  }

  /// Of one side of one entity.
  interface Shelf {
    int size();

    /// Takes a record out.
    byte[] take(long number);

    void put(long number, byte[] versions);
  }

  Shelf expected(StateKey entity) {
    return new Stored(entity, 0);
  }

  Shelf observed(StateKey entity) {
    return new Stored(entity, 1);
  }

  private final class Stored implements Shelf {
    private final StateKey entity;
    private final int side;

    Stored(StateKey entity, int side) {
      this.entity = entity;
      this.side = side;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public byte[] take(long number) {
      byte[] key = key(number);
      byte[] versions = store.get(key);
      if (versions == null) {
        throw new IllegalStateException("expected versions in record " + number + ", found none");
      }
      store.delete(key);
      return versions;
    }

    @Override
    public void put(long number, byte[] versions) {
      store.put(key(number), versions);
    }

    private byte[] key(long number) {
      var out = new ByteSink();
      out.put(PREFIX);
      out.put(side);
      out.putBlob(entity.bytes());
      out.putLong(number);
      return out.toByteArray();
    }
  }
}
