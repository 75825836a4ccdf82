package dev.tandem.generation;

import dev.tandem.job.PressureRule.Level;
import dev.tandem.job.PressureRule.Pressure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How fast a generation beside the live one may be applied, and what is said of it.
///
/// 1. An operator's pause holds it, whatever the stores say.
/// 2. Before the orders and the stores are known it is held: one that was paused before a restart
///    writes nothing after it either.
/// 3. A store in danger holds it, or slows it; of two rates the lower one counts.
public final class PaceRule {
  /// So long a note tells of now.
  public static final Duration STALE = Duration.ofSeconds(30);

  private PaceRule() {}

  /// What may be written now.
  ///
  /// @param goes whether anything may
  /// @param rate most contract records a second, 0 for no limit
  public record Pace(boolean goes, long rate) {
    public static final Pace FREE = new Pace(true, 0);
    public static final Pace HELD = new Pace(false, 0);
  }

  /// @param order null where nobody has given one
  /// @param pressure null where it is not known
  public static Pace pace(@Nullable PaceOrder order, @Nullable Pressure pressure) {
    if (order != null && order.isPause() || pressure == null || pressure.level() == Level.HOLD) {
      return Pace.HELD;
    }
    long ordered = order == null ? 0 : order.rate();
    long slowed = pressure.level() == Level.SLOW ? pressure.rate() : 0;
    return new Pace(true, lower(ordered, slowed));
  }

  /// Of two rates, where 0 is no limit.
  private static long lower(long one, long other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }

  /// How a generation beside the live one goes.
  public enum State {
    RUNNING,
    /// An operator has halted it.
    PAUSED,
    /// It goes slower, so that no store is endangered; the reason is told.
    SLOWED,
    /// It waits until no store is endangered any more; the reason is told.
    HELD
  }

  /// @param reason why it is in this state, empty where the state says all
  /// @param by who has paused it, empty where nobody has
  /// @param rate most contract records a second while it goes, 0 for no limit
  public record Standing(State state, String reason, String by, long rate) {
    public static final Standing FREE = new Standing(State.RUNNING, "", "", 0);
  }

  /// @param note what was said last of the stores, null where nothing was
  /// @param now microseconds since 1970-01-01T00:00Z
  public static Standing standing(@Nullable PaceOrder order, @Nullable PaceNote note, long now) {
    long rate = order == null ? 0 : order.rate();
    if (order != null && order.isPause()) {
      return new Standing(State.PAUSED, order.asked().why(), order.asked().by(), rate);
    }
    if (note == null || note.level() == Level.FREE || now - note.at() > STALE.toNanos() / 1000) {
      return new Standing(State.RUNNING, "", "", rate);
    }
    if (note.level() == Level.HOLD) {
      return new Standing(State.HELD, note.reason(), "", rate);
    }
    return new Standing(State.SLOWED, note.reason(), "", lower(rate, note.rate()));
  }
}
