package dev.tandem.apply;

import dev.tandem.generation.PaceRule.Pace;
import dev.tandem.job.RateAccount;
import java.time.InstantSource;

/// How the partitions of a generation beside the live one share what its gate allows: a transaction
/// begins when the gate lets it and the records of those before have had their time, and takes no
/// more records than half a second's, so that no write comes in a burst. Thread-safe.
final class Pacing {
  private final ApplyGate gate;
  private final InstantSource clock;
  private final RateAccount account = new RateAccount();
  private long taken;
  private long rate;

  Pacing(ApplyGate gate, InstantSource clock) {
    this.gate = gate;
    this.clock = clock;
  }

  /// Whether a transaction may begin now.
  synchronized boolean admits() {
    Pace pace = gate.ask();
    if (!pace.goes()) {
      return false;
    }
    rate = pace.rate();
    var now = clock.instant();
    return !now.isBefore(account.next(rate, taken, now));
  }

  /// The records that it may take.
  synchronized BatchPlan within(BatchPlan plan) {
    return rate == 0 ? plan : plan.atMost(rate / 2);
  }

  /// It has taken so many.
  synchronized void takes(int records) {
    taken += records;
  }
}
