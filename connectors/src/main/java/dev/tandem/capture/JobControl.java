package dev.tandem.capture;

import dev.tandem.capture.SweepGate.Answer;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules;
import dev.tandem.job.RateAccount;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.sweep.SweepControl;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.SweepSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether one sweep of a job goes on, and how fast: as it is ordered now, within its rate, and as
/// the gate lets it; where that holds it for a moment, what was read waits. Under other limits it
/// ends, to be begun again with pages and lanes that are theirs. Once it has come on a little it
/// also ends where something shorter is due, and is gone on with after that. Used by one thread.
final class JobControl implements SweepControl {
  /// How often orders are looked at while a sweep waits.
  private static final Duration LOOK = Duration.ofMillis(100);

  /// So long what was read is kept in hand while a store is in danger; then the lanes end.
  private static final Duration HELD = Duration.ofSeconds(5);

  /// Rows of a page that no rate makes smaller.
  private static final int FULL_PAGE = SweepSettings.DEFAULT.pageRows();

  /// @param reason why it does not run freely, empty if it does
  record Pace(Phase phase, String reason) {
    static final Pace FREE = new Pace(Phase.RUNNING, "");
  }

  /// Of one run.
  ///
  /// @param limits under which it begins
  /// @param isOtherDue whether something shorter is to be done first
  record Terms(JobLimits limits, BooleanSupplier isOtherDue) {}

  /// By what time goes.
  record Time(Clock clock, Rest rest) {}

  /// Lets time pass.
  interface Rest {
    void rest(Duration time) throws InterruptedException;
  }

  private final Supplier<@Nullable JobOrder> order;
  private final SweepGate gate;
  private final Terms terms;
  private final JobLimits limits;
  private final Time time;
  private final RateAccount account = new RateAccount();
  private Pace pace = Pace.FREE;

  /// Rows a second that the gate allows, 0 for no limit.
  private long allowed;

  /// As this run found it; null before its first question.
  private @Nullable SweepProgress found;

  /// @param order as it stands now
  JobControl(Supplier<@Nullable JobOrder> order, SweepGate gate, Terms terms, Time time) {
    this.order = order;
    this.gate = gate;
    this.terms = terms;
    this.limits = terms.limits;
    this.time = time;
  }

  /// How the sweep goes; once it was not let go on, why.
  Pace pace() {
    return pace;
  }

  @Override
  public boolean goesOn(SweepProgress progress) throws InterruptedException {
    if (found == null) {
      found = progress;
    }
    Instant heldSince = null;
    while (true) {
      JobOrder now = order.get();
      if (now == null || !JobRules.isDue(now, null, micros())) {
        pace = new Pace(Phase.STOPPED, "");
        return false;
      }
      if (isUnderOtherLimits(now) || isToGiveWay(progress)) {
        pace = Pace.FREE;
        return false;
      }
      Instant asked = time.clock.instant();
      if (isHeld(gate.ask(now))) {
        heldSince = heldSince == null ? asked : heldSince;
        if (terms.isOtherDue.getAsBoolean() || !asked.isBefore(heldSince.plus(HELD))) {
          return false;
        }
      } else {
        heldSince = null;
        if (!asked.isBefore(account.next(rate(), progress.rows(), asked))) {
          return true;
        }
      }
      time.rest.rest(LOOK);
    }
  }

  private boolean isHeld(Answer answer) {
    allowed = answer instanceof Answer.Slow slow ? slow.rate() : 0;
    pace =
        switch (answer) {
          case Answer.Go() -> Pace.FREE;
          case Answer.Slow(var reason, _) -> new Pace(Phase.SLOWED, reason);
          case Answer.Hold(var reason) -> new Pace(Phase.HELD, reason);
        };
    return pace.phase == Phase.HELD;
  }

  private boolean isUnderOtherLimits(JobOrder now) {
    return now.limits().rate() != limits.rate() || now.limits().lanes() != limits.lanes();
  }

  /// Not before something of this run stands: else nothing ever would.
  private boolean isToGiveWay(SweepProgress progress) {
    return !progress.equals(found) && terms.isOtherDue.getAsBoolean();
  }

  /// About half a second's, so that no write comes in a burst.
  @Override
  public int mostPages() {
    return rate() == 0
        ? SweepControl.super.mostPages()
        : Math.clamp(rate() / 2 / FULL_PAGE, 1, SweepControl.super.mostPages());
  }

  /// Rows a second, as ordered and for a store's sake; 0 for no limit.
  private long rate() {
    return allowed == 0 || limits.rate() != 0 && limits.rate() < allowed ? limits.rate() : allowed;
  }

  private long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time.clock.instant());
  }
}
