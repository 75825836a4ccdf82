package dev.tandem.ledger;

import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.plan.DomainPlan;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// A domain of which an empty ledger proves nothing, because its two sides are not being compared
/// now.
///
/// @param reason completes "not compared: …"
public record Uncompared(String domain, String reason) {

  public static List<Uncompared> among(Collection<DomainPlan> domains, LagBook book) {
    return domains.stream()
        .flatMap(domain -> of(book.domain(domain.name(), domain.partitions())).stream())
        .toList();
  }

  private static Optional<Uncompared> of(DomainLag lag) {
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
              case IDLE, FOLLOWING, SLOW -> Optional.empty();
            };
    return reason.map(it -> new Uncompared(lag.domain(), it));
  }
}
