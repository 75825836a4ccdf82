package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.function.Consumer;

/// Entities that are to be judged when V reaches a position, in order of coming. Positions go up,
/// but where a restored target shows an older watermark: then what stands behind is due a little
/// later than it could be.
///
/// In memory, and from [#save()] on in a store as far as they still wait, so that what comes and
/// goes between two commits is never written. Not thread-safe.
final class DueKeys {
  private final SortedBytes store;
  private final int name;
  private final ArrayDeque<Due> waiting = new ArrayDeque<>();
  private long next;

  /// Number of the first one that the store does not have.
  private long unsaved;

  /// Numbers from here to the first one waiting are to be deleted from the store.
  private long first;

  /// @param committedAt of the legacy transaction, microseconds since 1970-01-01T00:00Z; 0 where
  ///     the entity is due for another reason
  record Due(long number, long position, long committedAt, StateKey key) {}

  /// @param name 0 to 255: several may share a store
  DueKeys(SortedBytes store, int name) {
    this.store = store;
    this.name = name;
    store.scan(
        new byte[] {(byte) name},
        (key, value) -> {
          if ((key[0] & 0xFF) != name) {
            return false;
          }
          var in = new ByteSource(value);
          long number = number(key);
          waiting.add(
              new Due(number, in.takeVarint(), in.takeVarint(), new StateKey(in.takeRest())));
          return true;
        });
    first = waiting.isEmpty() ? 0 : waiting.getFirst().number;
    next = waiting.isEmpty() ? 0 : waiting.getLast().number + 1;
    unsaved = next;
  }

  void add(long position, long committedAt, StateKey key) {
    waiting.add(new Due(next++, position, committedAt, key));
  }

  /// Takes those out that are due.
  void takeUpTo(long position, Consumer<Due> due) {
    while (!waiting.isEmpty() && waiting.getFirst().position <= position) {
      due.accept(waiting.removeFirst());
    }
  }

  long size() {
    return waiting.size();
  }

  /// Commit time of the first that waits, 0 if none does.
  long oldest() {
    return waiting.isEmpty() ? 0 : waiting.getFirst().committedAt;
  }

  void save() {
    long firstWaiting = waiting.isEmpty() ? next : waiting.getFirst().number;
    for (long number = first; number < Math.min(firstWaiting, unsaved); number++) {
      store.delete(key(number));
    }
    first = firstWaiting;
    if (unsaved < next) {
      var added = new ArrayList<Due>();
      for (var each = waiting.descendingIterator(); each.hasNext(); ) {
        Due due = each.next();
        if (due.number < unsaved) {
          break;
        }
        added.add(due);
      }
      added.forEach(this::write);
      unsaved = next;
    }
  }

  private void write(Due due) {
    var out = new ByteSink();
    out.putVarint(due.position);
    out.putVarint(due.committedAt);
    out.putRaw(due.key.bytes());
    store.put(key(due.number), out.toByteArray());
  }

  private static long number(byte[] key) {
    var in = new ByteSource(key);
    in.take();
    return in.takeLong();
  }

  private byte[] key(long number) {
    var out = new ByteSink();
    out.put(name);
    out.putLong(number);
    return out.toByteArray();
  }
}
