package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MinuteLimit;
import dev.tandem.plan.MinuteLimit.Word;
import java.time.InstantSource;
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
  private final List<DomainPlan> domains;
  private final List<MinuteLimit> limits;

  LetterBudget(List<DomainPlan> domains, InstantSource clock) {
    this.domains = List.copyOf(domains);
    this.limits =
        this.domains.stream()
            .map(
                domain ->
                    new MinuteLimit(
                        domain.poison().perMinute(),
                        clock::millis,
                        count ->
                            LOG.warn(
                                "domain {}: {} dead letters were left out", domain.name(), count)))
            .toList();
  }

  /// @param domain its number in the plan
  synchronized Word take(int domain) {
    Word word = limits.get(domain).next();
    if (word == Word.WRITE_AS_LAST) {
      LOG.warn("domain {}: {}", domains.get(domain).name(), last(domain));
    }
    return word;
  }

  /// What the last letter of a minute says.
  String last(int domain) {
    return "more dead letters of changes in the log than "
        + domains.get(domain).poison().perMinute()
        + " in this minute (poison: { per-minute: … }) are left out; fix: correct what they speak"
        + " of, then tandem verify, which finds what they were of";
  }
}
