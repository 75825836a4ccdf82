package dev.tandem.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// When a sweep goes slower, and when it waits, so that no store is endangered by it.
///
/// Each measure has a budget. A sweep goes at the rate of [RateRule] from half of a budget on, and
/// waits when it is used up; it goes on once no more than half of it is used, and freely once no
/// more than a quarter is: so it does not flicker at a border. Each measure remembers its own
/// level, and an alarm none: what it stopped goes on as soon as it has passed. What has no measure
/// is not in the way.
public final class PressureRule {
  private static final double SLOW = 0.5;
  private static final double FREE = 0.25;

  private PressureRule() {}

  /// From good to bad.
  public enum Level {
    FREE,
    SLOW,
    HOLD
  }

  /// @param reason for a person to read, empty where it is free
  /// @param levels of the measures, by what they measure, as last known
  /// @param rate rows a second, where it is slow; 0 else
  public record Pressure(Level level, String reason, Map<String, Level> levels, long rate) {
    public static final Pressure NONE = new Pressure(Level.FREE, "", Map.of(), 0);

    public Pressure {
      levels = Map.copyOf(levels);
    }
  }

  /// How much of a budget is used.
  ///
  /// @param what completes "… of a budget of …": what is counted, and where
  /// @param unit follows the numbers
  /// @param flow of what queues, in rows or about as many; nothing where that is not known
  public record Measure(String what, long used, long budget, String unit, Optional<Flow> flow) {
    public Measure(String what, long used, long budget, String unit) {
      this(what, used, budget, unit, Optional.empty());
    }

    public Measure {
      if (budget <= 0) {
        throw new IllegalArgumentException("expected a budget above 0 for " + what);
      }
    }

    private double share() {
      return (double) used / budget;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s: %,d %s of a budget of %,d %s", what, used, unit, budget, unit);
    }
  }

  /// Of a queue, both a second.
  ///
  /// @param drained what left it
  /// @param came what entered it
  public record Flow(long drained, long came) {}

  /// What must not go on whatever the budgets say.
  ///
  /// @param alarm why, for a person to read; empty for none
  public record Facts(List<Measure> measures, String alarm) {
    public Facts {
      measures = List.copyOf(measures);
    }
  }

  /// @param before what was said of the facts before these
  public static Pressure judge(Facts facts, Pressure before) {
    var levels = new HashMap<>(before.levels);
    var worst = Level.FREE;
    var reasons = new ArrayList<String>();
    long rate = 0;
    for (Measure measure : facts.measures) {
      Level level = level(measure, before.levels.getOrDefault(measure.what, Level.FREE));
      levels.put(measure.what, level);
      if (level.compareTo(worst) > 0) {
        worst = level;
        reasons.clear();
      }
      if (level == Level.SLOW) {
        long own = RateRule.next(measure, before.rate);
        rate = rate == 0 ? own : Math.min(rate, own);
      }
      if (level == worst && level != Level.FREE) {
        reasons.add(measure.toString());
      }
    }
    return facts.alarm.isEmpty()
        ? new Pressure(worst, String.join("; ", reasons), levels, worst == Level.SLOW ? rate : 0)
        : new Pressure(Level.HOLD, facts.alarm, levels, 0);
  }

  private static Level level(Measure measure, Level before) {
    double share = measure.share();
    boolean goesOnHolding = before == Level.HOLD && share > SLOW;
    if (share >= 1 || goesOnHolding) {
      return Level.HOLD;
    }
    boolean goesOnSlowly = before != Level.FREE && share > FREE;
    return share >= SLOW || goesOnSlowly ? Level.SLOW : Level.FREE;
  }
}
