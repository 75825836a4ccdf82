package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
/// What comes and goes between two commits is never written; what waits longer is in the store from
/// [#save()] on, many in one record, and in memory only so much of it that an apply which stands
/// still for hours costs disk and not memory. Not thread-safe.
final class DueKeys {
  private static final int IN_MEMORY = 50_000;
  private static final int IN_RECORD = 512;
  private static final long NONE = -1;
  private final SortedBytes store;
  private final int name;
  private final ArrayDeque<Due> front = new ArrayDeque<>();
  private final ArrayDeque<Due> back = new ArrayDeque<>();

  /// The records of the store, in order.
  private final ArrayDeque<Span> spans = new ArrayDeque<>();

  /// Number of the first one behind `front`.
  private long frontEnd;

  /// Number of the first one in `back`; those before it and not in `front` are in the store.
  private long backStart;

  private long next;

  /// Number of the first one that the store does not have.
  private long unsaved;

  /// What the store has as the number of the first one that waits, [#NONE] where that is the first
  /// of its records.
  private long mark;

  /// @param committedAt of the legacy transaction, microseconds since 1970-01-01T00:00Z; 0 where
  ///     the entity is due for another reason
  record Due(long number, long position, long committedAt, StateKey key) {}

  /// One record of the store: those numbered from `first` to before `end`.
  private record Span(long first, long end) {
    long size() {
      return end - first;
    }
  }

  /// @param name 0 to 255: several may share a store
  DueKeys(SortedBytes store, int name) {
    this.store = store;
    this.name = name;
    store.scan(
        key(0),
        key(Long.MAX_VALUE),
        (key, value) -> {
          var in = new ByteSource(key);
          in.take();
          long first = in.takeLong();
          spans.add(new Span(first, first + new ByteSource(value).takeInt()));
        });
    byte[] marked = store.get(markKey());
    mark = marked == null ? NONE : new ByteSource(marked).takeVarint();
    next = spans.isEmpty() ? 0 : spans.getLast().end;
    frontEnd = mark == NONE ? spans.isEmpty() ? 0 : spans.getFirst().first : mark;
    backStart = next;
    unsaved = next;
  }

  void add(long position, long committedAt, StateKey key) {
    back.add(new Due(next++, position, committedAt, key));
  }

  /// Takes those out that are due, the first so many of them.
  void takeUpTo(long position, int most, Consumer<Due> due) {
    for (int left = most; left > 0 && isDue(position); left--) {
      due.accept(front.removeFirst());
    }
  }

  /// Whether one of them is due.
  boolean isDue(long position) {
    Due first = first();
    return first != null && first.position <= position;
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
    for (Span span : spans) {
      if (span.end > frontEnd && span.first < backStart && front.size() < IN_MEMORY) {
        read(span);
      }
    }
  }

  private void read(Span span) {
    byte[] record = store.get(key(span.first));
    if (record == null) {
      throw new IllegalStateException("record " + span + " of due keys " + name + " is missing");
    }
    var in = new ByteSource(record);
    in.takeInt();
    for (long number = span.first; number < span.end; number++) {
      var due = new Due(number, in.takeVarint(), in.takeVarint(), new StateKey(in.takeBlob()));
      if (number >= frontEnd && number < backStart) {
        front.add(due);
      }
    }
    frontEnd = Math.min(span.end, backStart);
  }

  void save() {
    long waiting = firstWaiting();
    while (!spans.isEmpty() && spans.getFirst().end <= waiting) {
      store.delete(key(spans.removeFirst().first));
    }
    if (unsaved < next) {
      write(firstToWrite(waiting));
      unsaved = next;
    }
    mark(waiting);
    if (back.size() > IN_MEMORY) {
      back.clear();
      backStart = next;
    }
  }

  /// A last record that is not full is written again with what came in, where it is in memory.
  private long firstToWrite(long waiting) {
    Span last = spans.peekLast();
    long inMemory = frontEnd < backStart ? backStart : waiting;
    if (last != null && last.size() < IN_RECORD && last.first >= inMemory) {
      spans.removeLast();
      return last.first;
    }
    return Math.max(unsaved, waiting);
  }

  private void write(long from) {
    var some = new ArrayList<Due>(IN_RECORD);
    for (var part : List.of(front, back)) {
      for (Due due : part) {
        if (due.number >= from) {
          some.add(due);
        }
        if (some.size() == IN_RECORD) {
          write(some);
        }
      }
    }
    write(some);
  }

  private void write(List<Due> some) {
    if (some.isEmpty()) {
      return;
    }
    var out = new ByteSink();
    out.putVarint(some.size());
    for (Due due : some) {
      out.putVarint(due.position);
      out.putVarint(due.committedAt);
      out.putBlob(due.key.bytes());
    }
    long first = some.getFirst().number;
    store.put(key(first), out.toByteArray());
    spans.add(new Span(first, first + some.size()));
    some.clear();
  }

  private void mark(long waiting) {
    long now = spans.isEmpty() || spans.getFirst().first >= waiting ? NONE : waiting;
    if (now == mark) {
      return;
    }
    mark = now;
    if (now == NONE) {
      store.delete(markKey());
    } else {
      var out = new ByteSink();
      out.putVarint(now);
      store.put(markKey(), out.toByteArray());
    }
  }

  private byte[] markKey() {
    return new byte[] {(byte) name};
  }

  private byte[] key(long number) {
    var out = new ByteSink();
    out.put(name);
    out.putLong(number);
    return out.toByteArray();
  }
}
