package dev.tandem.operate;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.PaceOrder;
import dev.tandem.generation.PaceOrder.Wanted;
import dev.tandem.jobs.PaceBook;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.rebuild.RebuildException;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable.Actor;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Orders how fast the generation of a domain that is being built is applied. What feeds the live
/// tables is never held, and neither is what is kept beside them: it is the way back. One that was
/// held when it was promoted can be let go on later.
public final class GenerationPacing {
  private final DomainPlan domain;
  private final Actor actor;
  private final Rebuild rebuild;
  private final PaceBook book;
  private final Clock clock;

  public GenerationPacing(Migration migration, DomainPlan domain, Actor actor, Clock clock) {
    this.domain = domain;
    this.actor = actor;
    this.rebuild = new Rebuild(migration.site(), domain, actor);
    this.book = new PaceBook(migration);
    this.clock = clock;
  }

  /// The generation that such an order is about.
  ///
  /// @throws RebuildException if there is none, with what there is
  public Generation meant(Wanted wanted) throws SQLException {
    List<Generation> all = rebuild.generations().of(domain.name());
    return in(State.BUILDING, all)
        .or(
            () ->
                wanted == Wanted.RUN
                    ? in(State.KEPT, all).filter(kept -> isPaused(kept))
                    : Optional.empty())
        .orElseThrow(
            () ->
                new RebuildException(
                    "expected a generation of %s that is %s"
                        .formatted(
                            domain.name(),
                            switch (wanted) {
                              case PAUSE -> "being built, since no other is ever paused";
                              case RUN -> "being built, or paused";
                            }),
                    all.stream().map(each -> "found " + each + ": " + each.state()).toList()));
  }

  private static Optional<Generation> in(State state, List<Generation> all) {
    return all.stream().filter(each -> each.state() == state).findFirst();
  }

  private boolean isPaused(Generation generation) {
    return book.read()
        .order(domain.name(), generation.number())
        .filter(PaceOrder::isPause)
        .isPresent();
  }

  /// Returns when it is durable; whoever applies the generation follows within a second.
  ///
  /// @param rate most contract records a second, 0 for no limit; as it was where nothing is said
  public void order(Generation generation, Wanted wanted, Optional<Long> rate) {
    long limit =
        rate.orElseGet(
            () ->
                book.read()
                    .order(domain.name(), generation.number())
                    .map(PaceOrder::rate)
                    .orElse(0L));
    PaceOrder order;
    try {
      order =
          new PaceOrder(
              domain.name(),
              generation.number(),
              wanted,
              limit,
              new PaceOrder.Asked(
                  actor.by(),
                  actor.why(),
                  ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant())));
    } catch (IllegalArgumentException refused) {
      throw Refusal.wrong(String.valueOf(refused.getMessage()));
    }
    book.write(order);
  }

  /// What an order was, in a sentence.
  public static String ordered(Generation generation, Wanted wanted) {
    return wanted + " ordered for " + generation;
  }

  /// @throws RebuildException if an operator has paused the generation: it comes no further, and
  ///     can take no place
  void requireGoing(Generation generation) {
    book.read()
        .order(domain.name(), generation.number())
        .filter(PaceOrder::isPause)
        .ifPresent(
            order -> {
              throw new RebuildException(
                  "expected "
                      + generation
                      + " to be applied, found it paused by "
                      + order.asked().by(),
                  List.of(
                      "fix: let it go on, and see that it catches up: tandem rebuild SPEC resume --domain "
                          + domain.name()));
            });
  }

  /// Nothing is kept of generations that are not there any more.
  void forget(List<Generation> removed) {
    book.forget(domain.name(), removed.stream().map(Generation::number).toList());
  }
}
