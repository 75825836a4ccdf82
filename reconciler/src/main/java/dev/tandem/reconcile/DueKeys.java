package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Entities that are to be judged when V reaches a position, in order of coming. Positions go up,
/// but where a restored target shows an older watermark: then what stands behind is due a little
/// later than it could be.
///
/// ```
///   taken | front, in memory | only in the store | back, in memory | next
/// ```
///
/// What comes and goes between two commits is never written; what waits long is in the store from
/// [#save()] on, and in memory only so much of it that an apply which stands still for hours costs
/// disk and not memory. Not thread-safe.
final class DueKeys {
  private static final int IN_MEMORY = 50_000;
  private final SortedBytes store;
  private final int name;
  private final ArrayDeque<Due> front = new ArrayDeque<>();
  private final ArrayDeque<Due> back = new ArrayDeque<>();

  /// Number of the first one behind `front`.
  private long frontEnd;

  /// Number of the first one in `back`; those before it and not in `front` are in the store.
  private long backStart;

  private long next;

  /// Number of the first one that the store does not have.
  private long unsaved;

  /// Number of the first one that the store may have.
  private long firstSaved;

  /// @param committedAt of the legacy transaction, microseconds since 1970-01-01T00:00Z; 0 where
  ///     the entity is due for another reason
  record Due(long number, long position, long committedAt, StateKey key) {}

  /// @param name 0 to 255: several may share a store
  DueKeys(SortedBytes store, int name) {
    this.store = store;
    this.name = name;
    var bounds = new long[] {-1, -1};
    store.scan(
        key(0),
        key(Long.MAX_VALUE),
        (key, _) -> {
          bounds[0] = bounds[0] < 0 ? number(key) : bounds[0];
          bounds[1] = number(key);
        });
    firstSaved = Math.max(0, bounds[0]);
    next = bounds[1] + 1;
    frontEnd = firstSaved;
    backStart = next;
    unsaved = next;
  }

  void add(long position, long committedAt, StateKey key) {
    back.add(new Due(next++, position, committedAt, key));
  }

  /// Takes those out that are due.
  void takeUpTo(long position, Consumer<Due> due) {
    for (Due first = first(); first != null && first.position <= position; first = first()) {
      due.accept(front.removeFirst());
    }
  }

  long size() {
    return next - firstWaiting();
  }

  /// Commit time of the first that waits, 0 if none does.
  long oldest() {
    Due first = first();
    return first == null ? 0 : first.committedAt;
  }

  private long firstWaiting() {
    return front.isEmpty() ? frontEnd : front.getFirst().number;
  }

  private @Nullable Due first() {
    if (front.isEmpty() && frontEnd < backStart) {
      load();
    }
    if (front.isEmpty()) {
      front.addAll(back);
      back.clear();
      backStart = next;
      frontEnd = next;
    }
    return front.peekFirst();
  }

  private void load() {
    store.scan(
        key(frontEnd),
        (key, value) -> {
          if ((key[0] & 0xFF) != name || number(key) >= backStart || front.size() == IN_MEMORY) {
            return false;
          }
          var in = new ByteSource(value);
          front.add(
              new Due(number(key), in.takeVarint(), in.takeVarint(), new StateKey(in.takeRest())));
          return true;
        });
    frontEnd = front.isEmpty() ? backStart : front.getLast().number + 1;
  }

  void save() {
    long waiting = firstWaiting();
    for (long number = firstSaved; number < Math.min(waiting, unsaved); number++) {
      store.delete(key(number));
    }
    firstSaved = waiting;
    front.forEach(this::write);
    back.forEach(this::write);
    unsaved = next;
    if (back.size() > IN_MEMORY) {
      back.clear();
      backStart = next;
    }
  }

  private void write(Due due) {
    if (due.number >= unsaved) {
      var out = new ByteSink();
      out.putVarint(due.position);
      out.putVarint(due.committedAt);
      out.putRaw(due.key.bytes());
      store.put(key(due.number), out.toByteArray());
    }
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
