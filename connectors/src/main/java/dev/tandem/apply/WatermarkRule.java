package dev.tandem.apply;

import java.util.List;
import java.util.function.LongSupplier;

/// The rule of the watermark (DESIGN invariant 4, counterexamples C3 to C6).
///
/// - A batch that ends with the last record of a legacy transaction, or with a progress marker,
///   moves the watermark to that transaction's end. A batch that ends inside one leaves it, even
///   where the batch holds the ends of earlier ones: what it wrote is newer than they are.
/// - Records are numbered without gaps. At a gap (a compacted stretch) the end of the topic is
///   noted, and the watermark stays until that end has been passed: only then is everything that
///   superseded the missing records applied too. A further gap notes the end again.
/// - The watermark never goes back. That a record's outbox offset is not beyond it means nothing: a
///   repair in an idle partition repeats it, and is applied all the same.
/// - The target is settled where it stands exactly at the watermark: from the end of a transaction
///   on, a repair among them; not inside one, and not while a gap is being passed.
/// - A number that goes back means that the topic was replayed or written by a second translation;
///   it is not applied.
final class WatermarkRule {
  private WatermarkRule() {}

  /// Where a partition stands once a batch is applied.
  ///
  /// @param topicEnd asked at a gap; must answer with an end not older than the gap's discovery
  /// @throws ReplayedException if a record's number is not beyond the one before it
  static Mark after(Mark mark, List<Incoming> batch, LongSupplier topicEnd) {
    long sequence = mark.sequence();
    long until = mark.skippingUntil();
    boolean positioned = false;
    for (Incoming record : batch) {
      if (record.position() == null) {
        continue;
      }
      positioned = true;
      long next = record.position().sequence();
      if (next <= sequence) {
        throw new ReplayedException(record.offset(), sequence, next);
      }
      if (next != sequence + 1) {
        until = Math.max(topicEnd.getAsLong(), record.offset() + 1);
      }
      sequence = next;
    }
    Incoming newest = batch.getLast();
    long end = outboxEnd(mark, batch);
    // A batch that ends inside a transaction makes an earlier pending end too old to stand for; one
    // of nothing but unreadable records writes nothing.
    boolean settled = !positioned && mark.settled();
    var moved = new Mark(newest.offset(), mark.watermark(), sequence, until, Mark.NONE, settled);
    return end == Mark.NONE ? moved : ended(moved, end);
  }

  /// Where a partition stands when its reader is at `position` and nothing before that is left to
  /// apply: a gap may be passed without a further record.
  static Mark atPosition(Mark mark, long position) {
    if (!mark.isSkipping() || position < mark.skippingUntil()) {
      return mark;
    }
    return passed(mark);
  }

  private static Mark ended(Mark mark, long end) {
    long offset = mark.contractOffset();
    if (!mark.isSkipping()) {
      long watermark = Math.max(mark.watermark(), end);
      return new Mark(offset, watermark, mark.sequence(), Mark.NONE, Mark.NONE, true);
    }
    var noted =
        new Mark(offset, mark.watermark(), mark.sequence(), mark.skippingUntil(), end, false);
    return offset + 1 >= mark.skippingUntil() ? passed(noted) : noted;
  }

  /// Without a pending end the batch before ended inside a transaction.
  private static Mark passed(Mark mark) {
    return new Mark(
        mark.contractOffset(),
        Math.max(mark.watermark(), mark.pending()),
        mark.sequence(),
        Mark.NONE,
        Mark.NONE,
        mark.pending() != Mark.NONE);
  }

  /// The outbox end that the whole batch stands at, or none if it ends inside a transaction.
  private static long outboxEnd(Mark mark, List<Incoming> batch) {
    for (Incoming record : batch.reversed()) {
      if (record.position() != null) {
        return record.isEnd() ? record.position().outboxEnd() : Mark.NONE;
      }
    }
    return mark.isSkipping() ? mark.pending() : Mark.NONE;
  }

  /// A record older than what has been applied came again.
  static final class ReplayedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReplayedException(long offset, long applied, long found) {
      super(
          "expected a contract record numbered above "
              + applied
              + ", found "
              + found
              + " at offset "
              + offset
              + ": the topic was replayed, restored or written by a second translation. Start a"
              + " new generation of this domain");
    }
  }
}
