package dev.tandem.capture;

import dev.tandem.capture.SweepGate.Answer;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.sweep.SweepControl;
import dev.tandem.sweep.SweepProgress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether one sweep of a job goes on, and how fast: as it is ordered now, within its rate, and as
/// the gate lets it. Used by one thread.
final class JobControl implements SweepControl {
  /// How often orders are looked at while a sweep waits.
  private static final Duration LOOK = Duration.ofMillis(100);

  /// What a sweep waits before each write when it is to go slowly.
  private static final Duration SLOW = Duration.ofMillis(500);

  /// @param reason why it does not run freely, empty if it does
  record Pace(Phase phase, String reason) {
    static final Pace FREE = new Pace(Phase.RUNNING, "");
  }

  private final Supplier<@Nullable JobOrder> order;
  private final SweepGate gate;
  private final Clock clock;
  private final Instant begun;

  /// Rows that had been read when this run began; negative before its first question.
  private long before = -1;

  private Pace pace = Pace.FREE;

  /// @param order as it stands now
  JobControl(Supplier<@Nullable JobOrder> order, SweepGate gate, Clock clock) {
    this.order = order;
    this.gate = gate;
    this.clock = clock;
    this.begun = clock.instant();
  }

  /// How the sweep goes; once it was not let go on, why.
  Pace pace() {
    return pace;
  }

  @Override
  public boolean goesOn(SweepProgress progress) throws InterruptedException {
    if (before < 0) {
      before = progress.rows();
    }
    Instant asked = clock.instant();
    while (true) {
      JobOrder now = order.get();
      if (now == null || !JobRules.isDue(now, null, micros())) {
        pace = new Pace(Phase.STOPPED, "");
        return false;
      }
      Instant earliest = earliest(now, progress.rows());
      switch (gate.ask(now)) {
        case Answer.Go() -> pace = Pace.FREE;
        case Answer.Slow(var reason) -> {
          pace = new Pace(Phase.SLOWED, reason);
          earliest = later(earliest, asked.plus(SLOW));
        }
        case Answer.Hold(var reason) -> {
          pace = new Pace(Phase.HELD, reason);
          return false;
        }
      }
      if (!clock.instant().isBefore(earliest)) {
        return true;
      }
      Thread.sleep(LOOK);
    }
  }

  /// When the rate allows another write.
  private Instant earliest(JobOrder now, long rows) {
    long rate = now.limits().rate();
    return rate == 0
        ? begun
        : begun.plus(Duration.ofMillis((long) (1000.0 * (rows - before) / rate)));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }
}
