package dev.tandem.reconcile;

import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.DueKeys.Due;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Who is to be judged, and at which V.
///
/// Who is due at V comes out in steps, so that a million entities that become due together neither
/// fill the memory nor outlast Kafka's transaction: the others stay put away until the next step.
/// Not thread-safe.
final class Agenda {
  private static final int MOVED = 0;
  private static final int SEEN = 1;
  private static final int LATE = 7;
  private final int step;

  /// Whose expectation has moved, until V reaches where.
  private final DueKeys moved;

  /// Who was seen at a watermark that V has not reached.
  private final DueKeys seen;

  /// Who was seen at V or before, when there were more than a step takes.
  private final DueKeys late;

  /// Who is to be judged in the step at hand.
  private final Set<StateKey> now = new LinkedHashSet<>();

  /// @param step how many are judged at once
  Agenda(SortedBytes store, int step) {
    this.step = step;
    moved = new DueKeys(store, MOVED);
    seen = new DueKeys(store, SEEN);
    late = new DueKeys(store, LATE);
  }

  /// What is expected of an entity has moved.
  ///
  /// @param committedAt as of what is [due][Due]
  void moved(StateKey entity, long at, long committedAt) {
    moved.add(at, committedAt, entity);
  }

  /// An entity was seen at a watermark that V has not reached.
  void seen(StateKey entity, long at) {
    seen.add(at, 0, entity);
  }

  /// An entity is due at V as it stands.
  void due(StateKey entity, long v) {
    if (now.size() < step) {
      now.add(entity);
    } else {
      late.add(v, 0, entity);
    }
  }

  /// Whose expectation has moved, until V reaches where.
  DueKeys waiting() {
    return moved;
  }

  /// Whether somebody is due at V beside those of the step at hand.
  boolean isBehind(long v) {
    return late.isDue(v) || moved.isDue(v) || seen.isDue(v);
  }

  /// Takes who is due at V into the step at hand, as far as there is room.
  ///
  /// @param told is told of each whose expectation has moved
  void take(long v, Consumer<Due> told) {
    late.takeUpTo(v, room(), due -> now.add(due.key()));
    moved.takeUpTo(
        v,
        room(),
        due -> {
          told.accept(due);
          now.add(due.key());
        });
    seen.takeUpTo(v, room(), due -> now.add(due.key()));
  }

  private int room() {
    return Math.max(0, step - now.size());
  }

  /// Who is to be judged in the step at hand, which is over then.
  List<StateKey> step() {
    var judged = List.copyOf(now);
    now.clear();
    return judged;
  }

  void save() {
    moved.save();
    seen.save();
    late.save();
  }
}
