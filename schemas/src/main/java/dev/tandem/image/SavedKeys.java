package dev.tandem.image;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A set of keys in order of first coming: in memory, and from [#save()] on in a store, so that it
/// survives a restart.
///
/// In the store it is numbered slots and their count. Slots are written over by what comes next
/// rather than deleted, unless there were many. Not thread-safe.
public final class SavedKeys {
  private static final int KEPT_SLOTS = 20_000;
  private final SortedBytes store;
  private final int name;
  private final Set<StateKey> keys = new LinkedHashSet<>();

  /// What the slots from `saved` on will hold.
  private final List<StateKey> unsaved = new ArrayList<>();

  private int saved;
  private int savedCount = -1;

  /// @param name of the set, 0 to 255: several may share a store
  public SavedKeys(SortedBytes store, int name) {
    this.store = store;
    this.name = name;
    byte[] count = store.get(countKey());
    saved = count == null ? 0 : new ByteSource(count).takeInt();
    savedCount = saved;
    for (int i = 0; i < saved; i++) {
      byte[] slot = store.get(slot(i));
      if (slot == null) {
        throw new IllegalStateException(
            "slot " + i + " of " + saved + " of saved keys " + name + " is missing");
      }
      keys.add(new StateKey(slot));
    }
  }

  public void add(StateKey key) {
    if (keys.add(key)) {
      unsaved.add(key);
    }
  }

  public boolean contains(StateKey key) {
    return keys.contains(key);
  }

  public int size() {
    return keys.size();
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /// Takes all of them out.
  public List<StateKey> takeAll() {
    List<StateKey> taken = List.copyOf(keys);
    keys.clear();
    unsaved.clear();
    for (int i = KEPT_SLOTS; i < saved; i++) {
      store.delete(slot(i));
    }
    saved = 0;
    return taken;
  }

  /// Writes what came since the last call.
  public void save() {
    for (StateKey key : unsaved) {
      store.put(slot(saved++), key.bytes());
    }
    unsaved.clear();
    if (saved != savedCount) {
      var out = new ByteSink();
      out.putVarint(saved);
      store.put(countKey(), out.toByteArray());
      savedCount = saved;
    }
  }

  private byte[] countKey() {
    return new byte[] {(byte) name};
  }

  private byte[] slot(int number) {
    var key = new ByteSink();
    key.put(name);
    key.putLong(number);
    return key.toByteArray();
  }
}
