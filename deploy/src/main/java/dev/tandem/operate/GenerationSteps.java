package dev.tandem.operate;

import dev.tandem.contracts.ContractConsumers;
import dev.tandem.generation.Exchange;
import dev.tandem.generation.Exchange.Way;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Proof;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Filling;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.rebuild.RebuildException;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.OwnNames;
import dev.tandem.standing.RollbackTime;
import dev.tandem.standing.Standing;
import dev.tandem.standing.StandingReader;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What can be done with the generations of one domain, each step with the proof that it needs.
public final class GenerationSteps {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationSteps.class);
  private static final long LOOK_MILLIS = 500;

  /// What is still missing to a proof is said as often.
  private static final Duration SAID = Duration.ofSeconds(15);

  /// So long a promotion waits for the proof of what was in flight when it was asked for.
  private static final Duration IN_FLIGHT = Duration.ofSeconds(30);

  /// Processes look at the generations every few seconds, and then have to close.
  private static final Duration CLOSING = Duration.ofSeconds(90);

  private final Migration migration;
  private final DomainPlan domain;
  private final StandingReader reader;
  private final Rebuild rebuild;
  private final GenerationPacing pacing;

  /// How long a proof is waited for.
  public enum Patience {
    /// Only for what is in flight.
    IN_FLIGHT,
    /// For ever.
    UNTIL_PROVEN
  }

  /// What speaks against a removal, unless an operator says that it does not count.
  public enum Objection {
    /// Others have positions in a contract topic that would go.
    READ_BY_OTHERS,
    /// The time in which the domain promises the way back is not over.
    EARLY
  }

  /// An exchange that was made.
  public record Exchanged(Rebuild.Change change, Generation kept) {}

  public GenerationSteps(Migration migration, DomainPlan domain, Actor actor) {
    this.migration = migration;
    this.domain = domain;
    this.reader = new StandingReader(migration, domain, Clock.systemUTC());
    this.rebuild = new Rebuild(migration.site(), domain, actor);
    this.pacing = new GenerationPacing(migration, domain, actor, Clock.systemUTC());
  }

  public Standing standing() throws SQLException {
    return reader.read();
  }

  /// @see Rebuild#start
  public Rebuild.Change start(Filling filling, Set<String> leaveEmpty, Rebuild.Mode mode)
      throws SQLException {
    return rebuild.start(filling, leaveEmpty, mode);
  }

  /// Does what the last exchange left to be done, where there is none to make now: so a promotion
  /// that was killed is ended by running it again.
  ///
  /// @return how each statement ended; empty where nothing was left, or an exchange can be made
  public List<String> finish(Way way) throws SQLException {
    return Exchange.of(rebuild.generations(), domain.name(), way).isPresent()
        ? List.of()
        : rebuild.validate();
  }

  /// What [#finish] did, in a sentence.
  public static String finished(List<String> statements) {
    long left = statements.stream().filter(sql -> sql.startsWith("-- ")).count();
    return ("there is no exchange to make; of the %d foreign keys that the last one left, %d are"
            + " validated")
        .formatted(statements.size(), statements.size() - left);
  }

  /// Which generations would be exchanged.
  ///
  /// @throws RebuildException if there are none
  public Exchange next(Way way) throws SQLException {
    return Exchange.of(rebuild.generations(), domain.name(), way)
        .orElseThrow(
            () ->
                new RebuildException(
                    switch (way) {
                      case PROMOTE ->
                          "there is no newer generation of " + domain.name() + " to promote";
                      case DEMOTE -> "no older generation of " + domain.name() + " is kept";
                    },
                    List.of("see tandem rebuild SPEC status --domain " + domain.name())));
  }

  /// Lets the other generation take the live one's place, once it is proven.
  ///
  /// @throws RebuildException if it is paused, not proven in time, or cannot be exchanged
  public Exchanged exchange(Exchange exchange, Patience patience)
      throws SQLException, InterruptedException {
    pacing.requireGoing(exchange.next());
    awaitProof(exchange.next(), patience);
    return new Exchanged(rebuild.exchange(exchange), exchange.live());
  }

  /// Waits until everything up to where the live generation stands, within half a minute, is
  /// proven.
  ///
  /// @throws RebuildException with what is missing, where time alone will not bring it soon and
  ///     nobody said to wait; also if the generation is fed no more
  public void awaitProof(Generation generation, Patience patience)
      throws SQLException, InterruptedException {
    var question = reader.question(generation);
    long deadline = System.nanoTime() + IN_FLIGHT.toNanos();
    long said = System.nanoTime();
    while (true) {
      requireFed(generation);
      Proof proof = reader.proof(generation, question);
      if (proof.isGiven()) {
        return;
      }
      boolean over = !proof.isNear() || System.nanoTime() > deadline;
      if (over && patience == Patience.IN_FLIGHT) {
        throw new RebuildException(generation + " is not proven equal", proof.lines());
      }
      if (System.nanoTime() - said > SAID.toNanos()) {
        said = System.nanoTime();
        LOG.info("{} is not proven equal yet: {}", generation, String.join("; ", proof.lines()));
      }
      Thread.sleep(LOOK_MILLIS);
      if (reader.isSpent(question, proof)) {
        question = reader.question(generation);
      }
    }
  }

  private void requireFed(Generation generation) throws SQLException {
    Generation now =
        rebuild.generations().of(domain.name()).stream()
            .filter(each -> each.number() == generation.number())
            .findFirst()
            .orElse(generation);
    if (!now.isBeside()) {
      throw new RebuildException(
          "expected " + generation + " to be built or kept until it is proven equal",
          List.of("found it " + now.state() + ": somebody has changed it meanwhile"));
    }
  }

  /// @see Rebuild#cancel
  public Generation cancel() throws SQLException {
    return rebuild.cancel();
  }

  /// Removes what is kept or was cancelled, and says what it did. Done again after it was cut off,
  /// it goes on.
  ///
  /// @param overridden what does not count
  /// @throws RebuildException also if an objection counts; nothing was changed then
  public List<String> cleanUp(Set<Objection> overridden) throws SQLException, InterruptedException {
    var left = new ArrayList<>(forgotten());
    if (!left.isEmpty() && in(State.KEPT, State.CANCELLED).isEmpty()) {
      return left;
    }
    var removal = rebuild.removal();
    if (!overridden.contains(Objection.EARLY)) {
      requireTimeIsOver();
    }
    if (!overridden.contains(Objection.READ_BY_OTHERS)) {
      requireUnread(removal.contractTopics());
    }
    left.addAll(removal.run(CLOSING));
    left.addAll(forgotten());
    return left;
  }

  private List<Generation> in(State... states) throws SQLException {
    return rebuild.generations().of(domain.name()).stream()
        .filter(each -> List.of(states).contains(each.state()))
        .toList();
  }

  /// Leaves nothing of removed generations in the topics of the migration.
  private List<String> forgotten() throws SQLException {
    pacing.forget(in(State.REMOVED));
    int closed = closeWhatIsOpenOfRemoved();
    return closed == 0
        ? List.of()
        : List.of("closed   " + closed + " divergences of what is removed");
  }

  private int closeWhatIsOpenOfRemoved() throws SQLException {
    var generations = rebuild.generations();
    var closing =
        new LedgerClosing(
            migration,
            generations.live(domain),
            event -> generations.isOfRemoved(domain.name(), event.context().generation()),
            Clock.systemUTC());
    return closing.close("its generation was removed");
  }

  private void requireTimeIsOver() throws SQLException {
    var promised = Optional.ofNullable(migration.objectives().get(domain.name()));
    Instant now = Clock.systemUTC().instant();
    for (Generation kept : in(State.KEPT)) {
      Instant until = RollbackTime.until(kept, promised).orElse(now);
      if (now.isBefore(until)) {
        throw new RebuildException(
            "expected " + kept + " to be kept no longer",
            List.of(
                "found that the domain promises the way back until "
                    + until
                    + " (objectives: rollback-within)",
                "fix: clean up after that, or give the way back up: cleanup --although-early"));
      }
    }
  }

  private void requireUnread(List<String> topics) throws SQLException {
    var own = new OwnNames(migration.name());
    List<ContractConsumers.Group> others;
    try (var consumers = new ContractConsumers(migration.kafka().objects())) {
      others = consumers.read(topics).stream().filter(each -> !own.isGroup(each.group())).toList();
    }
    if (others.isEmpty()) {
      return;
    }
    String live = rebuild.generations().topics(migration.name(), domain.name()).contract();
    var reasons = new ArrayList<String>();
    for (var each : others) {
      reasons.add(
          "found group %s (%s, %d members) on %s, %d records behind"
              .formatted(each.group(), each.state(), each.members(), each.topic(), each.lag()));
    }
    reasons.add(
        "fix: stop them and let them read "
            + live
            + ", or a version beside it: tandem contracts SPEC move GROUP FROM TO; where a position"
            + " is not needed, delete it (kafka-consumer-groups --delete-offsets), or remove the"
            + " topics all the same: cleanup --although-read");
    throw new RebuildException(
        "expected that nobody else reads the contract topics that go with what is removed",
        reasons);
  }
}
