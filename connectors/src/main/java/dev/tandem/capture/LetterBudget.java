package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many dead letters of changes in the log a capture writes: of a domain as many in a minute as
/// the spec allows. Others read the same log, so capture cannot stop for one domain; but a flood
/// would fill a topic that is kept for ever, with letters none of which can be tried again. The
/// last one of a minute says that what follows is left out, and the log of the process how much it
/// was. Thread-safe.
final class LetterBudget {
  private static final Logger LOG = LoggerFactory.getLogger(LetterBudget.class);
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private final List<DomainPlan> domains;
  private final InstantSource clock;
  private final int[] written;
  private final long[] leftOut;
  private long minute;

  /// What is done with a letter.
  enum Word {
    WRITE,
    WRITE_AS_LAST,
    LEAVE_OUT
  }

  LetterBudget(List<DomainPlan> domains, InstantSource clock) {
    this.domains = List.copyOf(domains);
    this.clock = clock;
    this.written = new int[this.domains.size()];
    this.leftOut = new long[this.domains.size()];
  }

  /// @param domain its number in the plan
  synchronized Word take(int domain) {
    long now = clock.millis() / MINUTE;
    if (now != minute) {
      minute = now;
      Arrays.fill(written, 0);
      sayWhatWasLeftOut();
    }
    int most = domains.get(domain).poison().perMinute();
    if (written[domain] == most) {
      leftOut[domain]++;
      return Word.LEAVE_OUT;
    }
    if (++written[domain] < most) {
      return Word.WRITE;
    }
    LOG.warn("domain {}: {}", domains.get(domain).name(), last(domain));
    return Word.WRITE_AS_LAST;
  }

  private void sayWhatWasLeftOut() {
    for (int i = 0; i < leftOut.length; i++) {
      if (leftOut[i] > 0) {
        LOG.warn("domain {}: {} dead letters were left out", domains.get(i).name(), leftOut[i]);
        leftOut[i] = 0;
      }
    }
  }

  /// What the last letter of a minute says.
  String last(int domain) {
    return "more dead letters of changes in the log than "
        + domains.get(domain).poison().perMinute()
        + " in this minute (poison: { per-minute: … }) are left out; fix: correct what they speak"
        + " of, then tandem verify, which finds what they were of";
  }
}
