package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.StateKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first look at everything, which comes before any verdict (DESIGN invariant 6): each side is
/// visited once when its baselines have passed, the target's behind the legacy side's, and behind
/// the [Beginning]; from the V that both had reached by then entities are judged, and at that V
/// each of them is. Not thread-safe.
class FirstLook {
  private static final long UNKNOWN = -2;

  private final Beginning beginning;

  /// Where each side stood when the visit of it ended, or [#UNKNOWN].
  private long expectedBase = UNKNOWN;

  private long observedBase = UNKNOWN;
  private boolean live;

  /// The entity judged last of all that are judged once; null before the first.
  private @Nullable StateKey cursor;

  private boolean allJudged;

  /// Of all of history.
  FirstLook() {
    this(Beginning.ofHistory());
  }

  FirstLook(Beginning beginning) {
    this.beginning = beginning;
  }

  /// How far both topics were read by now.
  void note(PartitionEnds.Ends ends) {
    beginning.note(ends);
  }

  /// Goes on with the visit of the sides.
  void visit(ExpectedSide expected, ObservedSide observed) {
    if (live) {
      return;
    }
    if (expected.phase() == Phase.SCANNING) {
      expected.scan();
    }
    if (expectedBase == UNKNOWN && isVisited(expected) && beginning.isPassed()) {
      expectedBase = expected.readTo();
    }
    if (expectedBase != UNKNOWN && observed.phase() == Phase.SCANNING) {
      observed.scan(expectedBase);
    }
    if (observedBase == UNKNOWN && observed.phase() == Phase.DONE && observed.isSettled()) {
      observedBase = observed.watermark();
    }
  }

  /// Whether it is known how far the visit of the legacy side went. Inside a transaction it is not,
  /// and nobody would be judged who was seen behind the end of the one before.
  boolean isVisited(ExpectedSide expected) {
    return expected.phase() == Phase.DONE && expected.isWhole();
  }

  /// Whether what happened at an outbox position was over when it began.
  boolean isHistory(long position) {
    return beginning.isHistory(position);
  }

  /// V has moved.
  void reach(long position) {
    boolean known = expectedBase != UNKNOWN && observedBase != UNKNOWN;
    if (!live && known && position >= base()) {
      live = true;
    }
  }

  /// Whether entities are judged.
  boolean isLive() {
    return live;
  }

  /// Whether each entity has been judged since.
  boolean isOver() {
    return allJudged;
  }

  /// The position from which both sides are known.
  long base() {
    return Math.max(expectedBase, observedBase);
  }

  /// The entities to be judged next of all that are judged once.
  List<StateKey> next(EntityStates states, int most) {
    if (!live || allJudged) {
      return List.of();
    }
    var keys = new ArrayList<StateKey>();
    states.scan(
        cursor,
        key -> {
          keys.add(key);
          return keys.size() < most;
        });
    allJudged = keys.size() < most;
    cursor = allJudged ? null : keys.getLast();
    return keys;
  }

  /// The target's side has to be looked at anew.
  void renew() {
    observedBase = UNKNOWN;
    live = false;
    allJudged = false;
    cursor = null;
  }

  void encode(ByteSink out) {
    out.putVarint(expectedBase);
    out.putVarint(observedBase);
    out.put(live ? 1 : 0);
    out.put(allJudged ? 1 : 0);
    out.put(cursor == null ? 0 : 1);
    if (cursor != null) {
      out.putBlob(cursor.bytes());
    }
  }

  /// What was added to the form since stands at its end.
  void encodeBeginning(ByteSink out) {
    beginning.encode(out);
  }

  void decodeBeginning(ByteSource in) {
    beginning.decode(in);
  }

  void decode(ByteSource in) {
    expectedBase = in.takeVarint();
    observedBase = in.takeVarint();
    live = in.take() == 1;
    allJudged = in.take() == 1;
    cursor = in.take() == 0 ? null : new StateKey(in.takeBlob());
  }
}
