package dev.tandem.contracts;

import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rule of where a reader of one contract topic goes on in another one of the same domain: in
/// each partition behind the last outbox transaction that it has read whole, or inside of it behind
/// the last of its entities that it has read. Partitions are the same in all of them, outbox ends
/// never go back within one, and the entities of a transaction come in one order, that of their
/// first touch.
///
/// It loses nothing. It repeats nothing either, but where the reader stands inside a transaction of
/// which the other topic has an entity that this one has not: then it reads that transaction from
/// there on again.
final class MoveRule {
  private final Log from;
  private final Log to;

  /// Null where both topics are of one translation.
  private final @Nullable Log translated;

  /// One committed record.
  @SuppressWarnings("ArrayRecordComponent") // compared by its bytes, never as a whole
  record Entry(long offset, byte[] key, ContractPosition position) {
    long outboxEnd() {
      return position.outboxEnd();
    }

    boolean isFill() {
      return position.sequence() == ContractPosition.FILL;
    }

    /// Whether everything up to its outbox end has been translated with it.
    boolean isWhole() {
      return position.last() || position.kind() == Kind.PROGRESS;
    }
  }

  /// The committed records of one partition.
  interface Log {
    long start();

    /// Behind the last one, now.
    long end();

    /// The first one at an offset or behind it; null if there is none.
    @Nullable Entry at(long offset);

    /// The last one before an offset; null if there is none.
    @Nullable Entry before(long offset);
  }

  /// What comes of it.
  sealed interface Answer {}

  /// @param offset in the other topic
  /// @param outboxEnd what has been read of the outbox; -1 if nothing was read
  record Go(long offset, long outboxEnd) implements Answer {}

  /// The other topic has not come so far; it may soon.
  record Wait(String reason) implements Answer {}

  record Refuse(String reason) implements Answer {}

  /// @param from what was read
  /// @param to what is to be read
  /// @param translated the topic of the translation of `to` that has the progress markers; null
  ///     where `from` is of that translation too
  MoveRule(Log from, Log to, @Nullable Log translated) {
    this.from = from;
    this.to = to;
    this.translated = translated;
  }

  /// @param position of the reader: the offset that it would read next
  Answer of(long position) {
    Entry last = from.before(position);
    Entry first = last == null && position > 0 ? from.at(position) : null;
    if (last == null && first == null) {
      return new Go(to.start(), -1);
    }
    boolean isFormer = isFilling(from);
    if (isFormer || isFilling(to)) {
      return new Wait(
          "expected that neither topic is being filled, found that the newest record says so of the "
              + (isFormer ? "former" : "one to go on in"));
    }
    Entry unread = fill(from, position);
    if (unread != null) {
      return new Refuse(
          "expected that it has read what the topic was filled with when its version was switched"
              + " on, found more of it at offset "
              + unread.offset());
    }
    // Compaction may have taken all that was read: then it was before what comes next.
    long outboxEnd =
        last != null ? last.outboxEnd() : Objects.requireNonNull(first).outboxEnd() - 1;
    var standing = standing(outboxEnd);
    if (standing != null) {
      return standing;
    }
    long next = behind(outboxEnd, position);
    Entry filling = fill(to, next);
    if (filling != null) {
      return new Refuse(
          "expected the topic to go on to be filled already, found it being filled at offset "
              + filling.offset());
    }
    return new Go(next, outboxEnd);
  }

  private static boolean isFilling(Log log) {
    Entry newest = log.before(log.end());
    return newest != null && newest.position().filling();
  }

  /// What a topic is filled with is in no order with what changes meanwhile.
  private static @Nullable Entry fill(Log log, long from) {
    long until = log.end();
    for (Entry each = log.at(from); each != null && each.offset() < until; each = next(log, each)) {
      if (each.isFill()) {
        return each;
      }
    }
    return null;
  }

  private static @Nullable Entry next(Log log, Entry each) {
    return log.at(each.offset() + 1);
  }

  /// Why the other translation has no place for what ends there; null if it has.
  private @Nullable Answer standing(long outboxEnd) {
    if (translated == null) {
      return null;
    }
    Entry newest = translated.before(translated.end());
    if (newest == null
        || newest.outboxEnd() < outboxEnd
        || newest.outboxEnd() == outboxEnd && !newest.isWhole()) {
      return new Wait(
          "expected the topic to go on to have come to "
              + outboxEnd
              + " of the outbox, found "
              + (newest == null ? "nothing" : newest.outboxEnd()));
    }
    long loaded = loaded(translated, outboxEnd);
    return loaded <= outboxEnd
        ? null
        : new Refuse(
            "expected that it has read up to where the topic to go on has each entity once, and"
                + " behind that each change, "
                + loaded
                + " of the outbox; found "
                + outboxEnd);
  }

  /// An outbox end up to which a translation came with its first load, if there is one up to the
  /// given one; otherwise a later one. Before it has ended no record is whole.
  private static long loaded(Log translated, long outboxEnd) {
    Entry last = translated.before(first(translated, outboxEnd + 1));
    if (last != null && last.isWhole()) {
      return last.outboxEnd();
    }
    // Compaction may have taken the one that was.
    Entry whole = translated.at(translated.start());
    while (whole != null && !whole.isWhole()) {
      whole = next(translated, whole);
    }
    return whole == null ? Long.MAX_VALUE : whole.outboxEnd();
  }

  private long behind(long outboxEnd, long position) {
    Entry read = from.at(first(from, outboxEnd));
    long until = to.end();
    long at = first(to, outboxEnd);
    for (Entry each = to.at(at); each != null && each.offset() < until; each = next(to, each)) {
      if (each.outboxEnd() > outboxEnd) {
        return each.offset();
      }
      if (each.position().kind() != Kind.PROGRESS && !each.isFill()) {
        while (read != null && read.offset() < position && !isOfOne(read, each)) {
          read = next(from, read);
        }
        if (read == null || read.offset() >= position) {
          return each.offset();
        }
        read = next(from, read);
      }
      at = each.offset() + 1;
    }
    return Math.max(at, until);
  }

  private static boolean isOfOne(Entry one, Entry other) {
    return Arrays.equals(one.key(), other.key());
  }

  /// Where the records with an outbox end, or a later one, begin.
  private static long first(Log log, long outboxEnd) {
    long low = log.start();
    long high = log.end();
    while (low < high) {
      long middle = low + (high - low) / 2;
      Entry found = log.at(middle);
      if (found == null || found.offset() >= high || found.outboxEnd() >= outboxEnd) {
        high = middle;
      } else {
        low = found.offset() + 1;
      }
    }
    return low;
  }
}
