package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// V, the position at which the two sides of one partition may be compared: the newest watermark
/// that the reading of the outbox has reached.
///
/// E is how far the outbox was read; watermarks come through the capture of the target, in its
/// commit order. Not the newest watermark: the outbox may not have been read that far. And not the
/// smaller of both: between two watermarks the target never was in the state that the outbox shows
/// there, since apply coalesces (C1). Not thread-safe.
///
/// Any watermark is a position to judge at, so where many wait for the reading of the outbox, every
/// second one is passed over: verdicts come in larger steps then, and none is lost.
public class VerdictPosition {
  private static final int MOST_PENDING = 4_096;
  private final int most;
  private final ArrayDeque<Watermark> pending = new ArrayDeque<>();
  private long read = -1;
  private long observed = -1;
  private long position = -1;
  private long judged = -1;

  /// @param at outbox offset up to which the target reflects whole transactions
  /// @param committedAt when the target committed it, microseconds since 1970-01-01T00:00Z
  public record Watermark(long at, long committedAt) {}

  public VerdictPosition() {
    this(MOST_PENDING);
  }

  /// @param most watermarks that may wait
  VerdictPosition(int most) {
    this.most = most;
  }

  /// The outbox was read up to this offset.
  public void readTo(long outboxOffset) {
    read = Math.max(read, outboxOffset);
  }

  /// The target was seen to stand at this outbox offset.
  public void observed(long watermark, long committedAt) {
    observed = watermark;
    pending.add(new Watermark(watermark, committedAt));
    if (pending.size() > most) {
      thin();
    }
  }

  private void thin() {
    int behind = pending.size();
    for (var each = pending.iterator(); each.hasNext(); behind--) {
      each.next();
      if (behind % 2 == 0) {
        each.remove();
      }
    }
  }

  /// Moves V to the next watermark that the reading has reached.
  ///
  /// @return that watermark, or null if there is none. An older one than V, which a restored target
  ///     shows, leaves V where it is
  public @Nullable Watermark advance() {
    if (pending.isEmpty() || !isReached(pending.getFirst().at)) {
      return null;
    }
    Watermark next = pending.removeFirst();
    position = Math.max(position, next.at);
    return next;
  }

  /// The rule: a watermark counts once the outbox was read up to it.
  boolean isReached(long watermark) {
    return watermark <= read;
  }

  /// V, or -1 before the first watermark that the outbox has reached.
  public long position() {
    return position;
  }

  /// Everything that is due at V has been judged.
  void judgedAll() {
    judged = position;
  }

  /// The newest V at which everything due was judged since the start, or -1 before: V itself moves
  /// before that is so.
  long judged() {
    return judged;
  }

  /// E, or -1 before the first record.
  public long read() {
    return read;
  }

  /// W, or -1 before the first watermark.
  public long observed() {
    return observed;
  }

  void encode(ByteSink out) {
    out.putVarint(read);
    out.putVarint(observed);
    out.putVarint(position);
    out.putVarint(pending.size());
    for (Watermark each : pending) {
      out.putVarint(each.at);
      out.putVarint(each.committedAt);
    }
  }

  /// Becomes what was encoded.
  void decode(ByteSource in) {
    read = in.takeVarint();
    observed = in.takeVarint();
    position = in.takeVarint();
    for (int count = in.takeInt(); count > 0; count--) {
      pending.add(new Watermark(in.takeVarint(), in.takeVarint()));
    }
  }
}
