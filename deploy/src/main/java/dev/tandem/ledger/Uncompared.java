package dev.tandem.ledger;

import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.plan.DomainPlan;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A domain of which an empty ledger proves nothing, because its two sides are not being compared
/// now.
///
/// @param reason completes "not compared: …"
public record Uncompared(String domain, String reason) {
  /// Each partition reports once a second; one that moves to another process is silent for longer.
  private static final long SILENT_AFTER = 30_000_000;

  public static List<Uncompared> among(Collection<DomainPlan> domains, LagBook book, Clock clock) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return domains.stream()
        .flatMap(domain -> of(book.domain(domain.name(), domain.partitions()), now).stream())
        .toList();
  }

  /// The same, and those of which nobody knows whose some dead letters are.
  public static List<Uncompared> among(
      Collection<DomainPlan> domains, LagBook book, Clock clock, LetterReport.Source letters) {
    return Stream.concat(
            among(domains, book, clock).stream(), NamelessLetters.read(letters, domains).stream())
        .toList();
  }

  private static Optional<Uncompared> of(DomainLag lag, long now) {
    Optional<String> reason =
        lag.reported() < lag.partitions()
            ? Optional.of(
                "the reconciler said nothing of "
                    + (lag.partitions() - lag.reported())
                    + " of "
                    + lag.partitions()
                    + " partitions within five minutes")
            : switch (lag.state()) {
              case LOADING -> Optional.of("the baselines of both sides have not passed yet");
              case JUDGING -> Optional.of("not every entity has been judged once");
              case STOPPED -> Optional.of(lag.evidence().stoppedAt().reason());
              case UNKNOWN -> Optional.of("it is not known yet whether both captures read");
              case IDLE, FOLLOWING, SLOW -> unproven(lag, now);
            };
    return reason.map(it -> new Uncompared(lag.domain(), it));
  }

  private static Optional<String> unproven(DomainLag lag, long now) {
    if (now - lag.at() > SILENT_AFTER) {
      return Optional.of(
          "the reconciler of a partition has said nothing for "
              + (now - lag.at()) / 1_000_000
              + " s (or the clock of its machine is behind)");
    }
    return lag.waiting() == 0
        ? Optional.empty()
        : Optional.of(
            lag.waiting()
                + " entities have no verdict, each waits for a value that the log did not tell:"
                + " backfill the domain, which reads it");
  }
}
