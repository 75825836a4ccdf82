package dev.tandem.reconcile;

import dev.tandem.reconcile.PartitionEnds.Ends;
import dev.tandem.wire.LagReport.Stage;
import dev.tandem.wire.LagReport.State;

/// What a partition is doing, said by what is known and not by what is missing.
///
/// Something that waits and does not move is stopped. Where nothing waits, the partition is idle
/// only if both topics were read to their ends and the captures of both stores are heard: a capture
/// that is dead leaves nothing pending either. It moves on every few seconds where nothing changes,
/// and what is told of it is when this process saw it do so. The same goes for what waits: it is
/// since this process has seen something wait without a pause, so that no other clock takes part in
/// what is stopped; only what is slow is told by the commit times of the legacy store. Nor is it
/// idle while it is at something large that it has read, and of which it does not know yet what
/// will wait.
///
/// Not thread-safe. Times are microseconds since 1970-01-01T00:00Z.
final class Activity {
  /// Microseconds without a step after which something that waits is stopped.
  private static final long STOPPED_AFTER = 5_000_000;

  /// Microseconds that the oldest change may wait before it counts as slow.
  private static final long SLOW_AFTER = 5_000_000;

  /// Microseconds without a word after which a capture is stopped: four of its heartbeats.
  private static final long SILENT_AFTER = 20_000_000;

  private final Progress reading = new Progress();
  private final Progress translation = new Progress();
  private long begunAt;

  /// Since when something has waited at each look; 0 while nothing does.
  private long waitingSince;

  /// What it does, and what of it stands still.
  record Doing(State state, Stage stoppedAt) {
    private static Doing moving(State state) {
      return new Doing(state, Stage.NONE);
    }

    private static Doing stopped(Stage stage) {
      return new Doing(State.STOPPED, stage);
    }
  }

  /// What waits for the target.
  ///
  /// @param oldest commit time of what waits longest, 0 if nothing waits
  /// @param movedAt when V moved last
  /// @param read how far the outbox was read (E)
  /// @param busy whether something large that was read is in hand
  record Waiting(long oldest, long movedAt, long read, boolean busy) {}

  Doing look(Waiting waiting, Ends ends, long now) {
    if (begunAt == 0) {
      begunAt = now;
    }
    reading.note(ends.passed().outbox() + ends.passed().observed(), now);
    translation.note(ends.passed().translated(), now);
    if (waiting.oldest == 0) {
      waitingSince = 0;
      return quiet(waiting.busy, ends, now);
    }
    if (waitingSince == 0) {
      waitingSince = now;
    }
    return pending(waiting, ends, now);
  }

  private Doing pending(Waiting waiting, Ends ends, long now) {
    long since = Math.max(waitingSince, waiting.movedAt);
    if (now - since > STOPPED_AFTER) {
      return Doing.stopped(cause(waiting, ends, now));
    }
    return Doing.moving(now - waiting.oldest > SLOW_AFTER ? State.SLOW : State.FOLLOWING);
  }

  /// The last stage that stands still, of those between the outbox and the verdict.
  private Stage cause(Waiting waiting, Ends ends, long now) {
    if (ends.isRead() && isSilent(ends.heard().observe(), now)) {
      return Stage.OBSERVE;
    }
    if (ends.isBehind() && reading.isStalled(now)) {
      return Stage.RECONCILE;
    }
    long translated = ends.passed().translated();
    if (translated < 0) {
      return Stage.NONE;
    }
    return translated <= waiting.read && translation.isStalled(now) ? Stage.TRANSLATE : Stage.APPLY;
  }

  /// What is known before everything was compared for the first time, when V does not move yet:
  /// only whether a capture is silent of which all was read.
  Doing loading(Ends ends, long now) {
    if (ends.isRead() && isSilent(ends.heard().capture(), now)) {
      return Doing.stopped(Stage.CAPTURE);
    }
    return ends.isRead() && isSilent(ends.heard().observe(), now)
        ? Doing.stopped(Stage.OBSERVE)
        : Doing.moving(State.LOADING);
  }

  private Doing quiet(boolean busy, Ends ends, long now) {
    if (isSilent(ends.heard().capture(), now)) {
      return Doing.stopped(Stage.CAPTURE);
    }
    if (isSilent(ends.heard().observe(), now)) {
      return Doing.stopped(Stage.OBSERVE);
    }
    if (busy) {
      return Doing.moving(State.FOLLOWING);
    }
    if (ends.isBehind()) {
      return reading.isStalled(now)
          ? Doing.stopped(Stage.RECONCILE)
          : Doing.moving(State.FOLLOWING);
    }
    boolean heard = ends.heard().capture() > 0 && ends.heard().observe() > 0;
    return Doing.moving(heard && ends.isRead() ? State.IDLE : State.UNKNOWN);
  }

  private boolean isSilent(long heardAt, long now) {
    return now - (heardAt > 0 ? heardAt : begunAt) > SILENT_AFTER;
  }

  /// When a number changed last.
  private static final class Progress {
    private long last = Long.MIN_VALUE;
    private long movedAt;

    void note(long value, long now) {
      if (value != last) {
        last = value;
        movedAt = now;
      }
    }

    boolean isStalled(long now) {
      return now - movedAt > STOPPED_AFTER;
    }
  }
}
