package dev.tandem.lens;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/// How far a zone's local times are ahead of UTC. From one change of its clocks to the next that is
/// the same, so stretches between changes are remembered, those that were asked for last.
/// Thread-safe: a stretch never changes, and one that is forgotten is worked out again.
final class LocalOffsets {
  /// Said of a local time at which the clocks were changed, so that it exists twice or not at all.
  static final long CHANGED = Long.MIN_VALUE;

  /// A stretch is looked for by the twelve days that a time is in: few of these see a change.
  private static final int SHIFT = 20;

  /// As many as there are in 68 years.
  private static final int REMEMBERED = 2_048;

  private final ZoneRules rules;
  private final @Nullable Stretch[] stretches = new @Nullable Stretch[REMEMBERED];

  /// Local times that each exist once, all as far ahead of UTC. Seconds since 1970 began there.
  private record Stretch(long from, long until, long offset) {}

  LocalOffsets(ZoneId zone) {
    rules = zone.getRules();
  }

  /// Seconds ahead of UTC, or [#CHANGED].
  ///
  /// @param local seconds since 1970 began there
  long of(long local) {
    int slot = (int) (local >>> SHIFT) & (REMEMBERED - 1);
    Stretch known = stretches[slot];
    if (known == null || local < known.from || local >= known.until) {
      known = stretch(local);
      if (known == null) {
        return CHANGED;
      }
      stretches[slot] = known;
    }
    return known.offset;
  }

  /// What was changed at a local time of which [#of] says so.
  ZoneOffsetTransition change(long local) {
    return rules.getTransition(time(local));
  }

  private static LocalDateTime time(long local) {
    return LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
  }

  private @Nullable Stretch stretch(long local) {
    var valid = rules.getValidOffsets(time(local));
    if (valid.size() != 1) {
      return null;
    }
    long offset = valid.getFirst().getTotalSeconds();
    var instant = Instant.ofEpochSecond(local - offset);
    ZoneOffsetTransition before = rules.previousTransition(instant.plusSeconds(1));
    ZoneOffsetTransition after = rules.nextTransition(instant);
    return new Stretch(
        before == null ? Long.MIN_VALUE : Math.max(leaves(before), enters(before)),
        after == null ? Long.MAX_VALUE : Math.min(leaves(after), enters(after)),
        offset);
  }

  /// What the clocks show at last before they are changed, and at first after that.
  private static long leaves(ZoneOffsetTransition change) {
    return change.toEpochSecond() + change.getOffsetBefore().getTotalSeconds();
  }

  private static long enters(ZoneOffsetTransition change) {
    return change.toEpochSecond() + change.getOffsetAfter().getTotalSeconds();
  }
}
