package dev.tandem.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Entries of a store as values. What is put is written by [#save()], or when much of it has come
/// together, so that an entry which is changed again and again is written once; what was used last
/// stays in memory, so that it is read once. Not thread-safe.
///
/// A value is shared with whoever got it: change it only to put it.
public final class WriteBack<V> {
  /// Bytes, in the store's form, of what is held though the store has it.
  private static final long HELD = 1 << 20;

  private final SortedBytes store;
  private final Form<V> form;
  private final int waiting;

  /// Newer than the store.
  private final Map<StateKey, V> changed = new LinkedHashMap<>();

  /// As the store has them, the one used last at the end.
  private final Map<StateKey, Stored<V>> same = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;

  /// @param size bytes of its value in the store
  private record Stored<V>(V value, int size) {}

  /// How a value stands in the store.
  public interface Form<V> {
    /// @return null where nothing of it is to be kept
    byte @Nullable [] encode(StateKey key, V value);

    V decode(StateKey key, byte[] bytes);
  }

  /// @param waiting entries that may wait to be written
  public WriteBack(SortedBytes store, Form<V> form, int waiting) {
    this.store = store;
    this.form = form;
    this.waiting = waiting;
  }

  public @Nullable V get(StateKey key) {
    V newer = changed.get(key);
    if (newer != null) {
      return newer;
    }
    Stored<V> known = same.get(key);
    if (known != null) {
      return known.value;
    }
    byte[] found = store.get(key.bytes());
    if (found == null) {
      return null;
    }
    V read = form.decode(key, found);
    hold(key, new Stored<>(read, found.length));
    return read;
  }

  private void hold(StateKey key, Stored<V> stored) {
    same.put(key, stored);
    bytes += stored.size;
    for (var eldest = same.values().iterator(); bytes > HELD; eldest.remove()) {
      bytes -= eldest.next().size;
    }
  }

  private void drop(StateKey key) {
    Stored<V> held = same.remove(key);
    if (held != null) {
      bytes -= held.size;
    }
  }

  /// @return whether the store had its newest value so far
  public boolean put(StateKey key, V value) {
    drop(key);
    if (changed.size() >= waiting && !changed.containsKey(key)) {
      save();
    }
    return changed.put(key, value) == null;
  }

  public void delete(StateKey key) {
    drop(key);
    changed.remove(key);
    store.delete(key.bytes());
  }

  /// The keys whose values the store does not have yet.
  public Set<StateKey> changed() {
    return changed.keySet();
  }

  /// Writes what was put.
  public void save() {
    if (changed.isEmpty()) {
      return;
    }
    List<SortedBytes.Entry> entries = new ArrayList<>(changed.size());
    changed.forEach(
        (key, value) -> {
          byte[] encoded = form.encode(key, value);
          entries.add(new SortedBytes.Entry(key.bytes(), encoded));
          if (encoded != null) {
            hold(key, new Stored<>(value, encoded.length));
          }
        });
    changed.clear();
    store.putAll(entries);
  }
}
