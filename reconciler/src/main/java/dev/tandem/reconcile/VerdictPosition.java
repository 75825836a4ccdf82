package dev.tandem.reconcile;

import java.util.ArrayDeque;

/// V, the position at which the two sides of one partition may be compared: the newest watermark
/// that the reading of the outbox has reached.
///
/// E is how far the outbox was read; watermarks come through the capture of the target, in its
/// commit order. Not the newest watermark: the outbox may not have been read that far. And not the
/// smaller of both: between two watermarks the target never was in the state that the outbox shows
/// there, since apply coalesces (C1). Not thread-safe.
public final class VerdictPosition {
  private final ArrayDeque<Long> pending = new ArrayDeque<>();
  private long read = -1;
  private long position = -1;

  /// The outbox was read up to this offset.
  public void readTo(long outboxOffset) {
    read = Math.max(read, outboxOffset);
    advance();
  }

  /// The target was seen to stand at this outbox offset. An older watermark than the last, which a
  /// restored target shows, moves nothing.
  public void observed(long watermark) {
    pending.add(watermark);
    advance();
  }

  /// V, or -1 before the first watermark that the outbox has reached.
  public long position() {
    return position;
  }

  private void advance() {
    while (!pending.isEmpty() && pending.peek() <= read) {
      position = Math.max(position, pending.remove());
    }
  }
}
