package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.position.Lsn;
import dev.tandem.postgres.ServerIdentity;
import org.jspecify.annotations.Nullable;

/// How far the log stands in Kafka, and whether the log that is read is the one that it was read
/// from (DESIGN invariant 1). A server whose disk was put back from a copy keeps its system
/// identifier, its timeline and its slots:
///
/// 1. the disk is copied; what commits afterwards is captured, up to position P;
/// 2. the copy is put back, and other transactions make the log grow, past P in the end;
/// 3. read on from the slot, those of them that end before P would pass for redelivered ones, and
///    be dropped.
///
/// The rule, for what was noted of P with each write:
///
/// - a slot that was confirmed before P has to deliver the transaction again that ended at P: at
///   exactly that position, and with the commit time that was noted; a slot confirmed at P was
///   copied, if it was, with all that ended up to P;
/// - where Kafka holds a part of the transaction behind P, the next one that is delivered has to be
///   that one, by its commit time.
///
/// What the log says of itself is what is compared: nothing has to be written into it, and nothing
/// be found again in it that may be confirmed already. Position and transaction id alone would not
/// do, since what is done again after a restore can end at the same position under the same id.
/// Commit times are compared only for being the same, so that no clock matters. Of what an older
/// program noted there are none: then the position decides. A log that ends before P is told by
/// [Continuity] before it is read. Used by one thread at a time.
final class LogTrail {
  /// Commit times of the two transactions that can be known again; in milliseconds since
  /// 1970-01-01T00:00Z, 0 for unknown.
  ///
  /// @param ended of the one that ends where the log is proven
  /// @param open of the one behind it, of which a part may stand in Kafka
  record Times(long ended, long open) {
    static final Times NONE = new Times(0, 0);
  }

  private Lsn proven;
  private long ended;
  private long open;
  private long noted;

  /// Whether the transaction that ended at `proven` has yet to come again.
  private boolean awaited;

  /// Commit time of the next transaction, 0 if it may be any.
  private long next;

  /// @param from where the log is read from
  /// @param known what was noted last; null where nothing is proven in this epoch
  LogTrail(Lsn from, Note.@Nullable Source known) {
    Lsn before = known == null ? null : known.proven();
    Times times = known == null || before == null ? Times.NONE : known.times();
    proven = before == null ? from : before;
    awaited = from.compareTo(proven) < 0;
    ended = times.ended();
    next = times.open();
    noted = next;
  }

  /// A change has come.
  ///
  /// @param at commit time of its transaction
  void change(long at) {
    if (awaited) {
      return;
    }
    if (next != 0 && next != at) {
      throw forked("the transaction behind " + proven + ", of which Kafka holds a part");
    }
    next = 0;
    open = at;
  }

  /// A transaction has ended.
  ///
  /// @param end position after its commit
  /// @param at its commit time
  void end(Lsn end, long at) {
    int place = end.compareTo(proven);
    if (awaited) {
      if (place > 0 || place == 0 && ended != 0 && ended != at) {
        throw forked("the transaction that ended at " + proven);
      }
      awaited = place < 0;
      return;
    }
    if (next != 0) {
      throw forked("the transaction behind " + proven + ", of which Kafka holds a part");
    }
    if (place > 0) {
      proven = end;
      ended = at;
    }
    open = 0;
  }

  private ForkedException forked(String missing) {
    return new ForkedException(
        proven,
        "expected to read "
            + missing
            + " again, and its log has another one there: the store was restored from a copy that"
            + " does not have it");
  }

  /// Whether nothing that was noted has yet to come again.
  boolean isSame() {
    return !awaited && next == 0;
  }

  /// Every transaction that ended up to here stands in Kafka.
  Lsn proven() {
    return proven;
  }

  /// Whether a note is due although no transaction has ended.
  boolean isBehind() {
    return noted != begun();
  }

  Note.Source note(ServerIdentity server, int epoch) {
    noted = begun();
    return new Note.Source(server, epoch, proven, new Times(ended, noted));
  }

  private long begun() {
    return next != 0 ? next : open;
  }

  /// The log is not the one that Kafka's content came from.
  static final class ForkedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Lsn after;

    ForkedException(Lsn after, String message) {
      super(message);
      this.after = after;
    }

    Continuity.Lost lost(CaptureNames names) {
      return new Continuity.Lost(
          after, null, String.valueOf(getMessage()), names.side().newEpoch());
    }
  }
}
