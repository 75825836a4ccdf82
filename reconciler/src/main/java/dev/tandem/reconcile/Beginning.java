package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.reconcile.PartitionEnds.Ends;

/// The rule of where history ends: where both topics ended when nothing was known yet. What
/// differed before, and agreed again, is told to nobody; a domain that is compared anew would else
/// open and close once more all that it ever opened. What differs still is told as all is that
/// differs at the first look.
///
/// Not thread-safe.
final class Beginning {
  private static final long UNKNOWN = -1;

  /// Offsets behind what is history, [#UNKNOWN] until Kafka has said it.
  private long outbox = UNKNOWN;

  private long observed = UNKNOWN;
  private boolean passed;

  private Beginning(boolean passed) {
    this.passed = passed;
  }

  /// Behind what both topics hold when they are first asked.
  static Beginning ofPresent() {
    return new Beginning(false);
  }

  /// With the first record.
  static Beginning ofHistory() {
    return new Beginning(true);
  }

  /// How far both topics were read by now.
  void note(Ends ends) {
    if (passed) {
      return;
    }
    if (outbox == UNKNOWN && Math.min(ends.outbox(), ends.observed()) >= 0) {
      outbox = ends.outbox();
      observed = ends.observed();
    }
    passed =
        outbox != UNKNOWN
            && isPast(ends.passed().outbox(), outbox)
            && isPast(ends.passed().observed(), observed);
  }

  /// Of an empty topic nobody has read anything.
  private static boolean isPast(long read, long end) {
    return end == 0 || read >= end;
  }

  boolean isPassed() {
    return passed;
  }

  /// Whether an outbox position lies before it.
  boolean isHistory(long position) {
    return position < outbox;
  }

  void encode(ByteSink out) {
    out.putVarint(outbox);
    out.putVarint(observed);
    out.put(passed ? 1 : 0);
  }

  /// An older program knew of none: what it began with has passed.
  void decode(ByteSource in) {
    passed = in.isEmpty();
    if (!passed) {
      outbox = in.takeVarint();
      observed = in.takeVarint();
      passed = in.take() == 1;
    }
  }
}
