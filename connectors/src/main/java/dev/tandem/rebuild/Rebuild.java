package dev.tandem.rebuild;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.generation.Exchange;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.TargetPlan;
import dev.tandem.rebuild.FillingRule.Plan;
import dev.tandem.setup.BesideKafka;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.Site;
import dev.tandem.setup.TargetSchema;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes, exchanges and gives up generations of one domain. Each step is one transaction in the
/// target; what runs the migration notices by itself.
public final class Rebuild {
  /// So long the locks of an exchange are tried for.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// So long the live generation's apply waits for a transaction of capture to end.
  private static final Duration ENDING = Duration.ofSeconds(2);

  /// Longest name of a schema, in bytes (`NAMEDATALEN`).
  private static final int LONGEST_NAME = 63;

  private final Site site;
  private final DomainPlan domain;
  private final Actor actor;

  /// @param domain as the spec has it
  public Rebuild(Site site, DomainPlan domain, Actor actor) {
    this.site = site;
    this.domain = domain;
    this.actor = actor;
  }

  /// Whether something is done, or only shown.
  public enum Mode {
    RUN,
    /// Everything is tried in a transaction that is rolled back.
    PRINT
  }

  /// What was done, or would be.
  ///
  /// @param statements in their order
  public record Change(Generation generation, List<String> statements) {
    public Change {
      statements = List.copyOf(statements);
    }
  }

  /// The generations as they are.
  ///
  /// @throws RebuildException if the target was set up by an older program
  public Generations generations() throws SQLException {
    try (Connection target = site.target().connect()) {
      return read(target);
    }
  }

  private Generations read(Connection target) throws SQLException {
    if (TargetSchema.installed(target) < TargetSchema.version()) {
      throw new RebuildException(
          "expected schema tandem in version "
              + TargetSchema.version()
              + ", found an older one; fix: tandem setup SPEC");
    }
    return GenerationTable.read(target, site.migration());
  }

  /// Makes a new generation's tables and topics, and enters it; whoever has the roles fills it.
  ///
  /// @param leaveEmpty columns, as `schema.table.column`, that Tandem does not write and that may
  ///     be empty in the new generation
  /// @throws RebuildException if something could not be carried over, or the generation could not
  ///     be filled, naming all of it
  /// @throws BusyException if somebody else is at it
  public Change start(Filling filling, Set<String> leaveEmpty, Mode mode) throws SQLException {
    try (var _ = alone("start");
        Connection target = site.target().connect()) {
      Generations known = read(target);
      requireAlone(known);
      Plan plan = new FillingRule(site, domain).plan(filling, known, target);
      target.setAutoCommit(false);
      Change tried = make(target, plan, leaveEmpty);
      target.rollback();
      if (mode == Mode.PRINT) {
        return tried;
      }
      // Who sees the new entry finds its topics; no lock is held while Kafka is asked for them.
      try (var kafka = BesideKafka.open(site)) {
        DomainPlan made = tried.generation().of(domain);
        kafka.make(made);
        if (made.topics().outboxOf() == made.generation()) {
          kafka.makeOutbox(made);
        }
        if (made.topics().translatedFor() == made.generation()) {
          kafka.makeTranslation(made);
        }
      }
      Change made = make(target, plan, leaveEmpty);
      target.commit();
      return made;
    }
  }

  /// Makes tables and entries in the transaction at hand.
  private Change make(Connection target, Plan plan, Set<String> leaveEmpty) throws SQLException {
    Generations known = plan.known();
    int number = known.next(domain.name());
    var ddl = new Ddl(target);
    String publication = new CaptureNames(site.migration(), Side.TARGET).publication();
    var reasons = new ArrayList<>(plan.reasons());
    new TableSurvey(ddl, written(domain))
        .obstacles(publication, leaveEmpty)
        .forEach(obstacle -> reasons.add(obstacle.toString()));
    if (!reasons.isEmpty()) {
      throw new RebuildException("nothing was changed, for these reasons", reasons);
    }
    String schema = domain.topics().schema(number);
    new ShadowTables(ddl, schema, domain.targetTables()).make(publication);
    long transaction = Long.parseLong(ddl.ask("SELECT pg_current_xact_id()::text").getFirst()[0]);
    var made =
        new Generation(
            domain.name(),
            number,
            State.BUILDING,
            new Place(schema, transaction),
            plan.next(),
            Note.NONE);
    var entries = new ArrayList<Generation>();
    if (known.all().stream().noneMatch(each -> each.domain().equals(domain.name()))) {
      entries.add(plan.live());
    } else {
      GenerationTable.noteFeed(target, site.migration(), plan.live());
    }
    entries.add(made);
    GenerationTable.write(target, site.migration(), actor, entries);
    return new Change(made, ddl.run());
  }

  private void requireAlone(Generations known) {
    for (Generation each : known.of(domain.name())) {
      switch (each.state()) {
        case BUILDING ->
            throw new RebuildException(
                each + " is being built already; fix: promote it, or cancel it and clean up");
        case KEPT ->
            throw new RebuildException(
                each
                    + " is still kept; fix: tandem rebuild SPEC cleanup --domain "
                    + domain.name());
        case CANCELLED ->
            throw new RebuildException(
                each
                    + " was given up and not removed yet; fix: tandem rebuild SPEC cleanup --domain "
                    + domain.name());
        case LIVE, REMOVED -> {
          // Neither is beside the live one.
        }
      }
    }
    String schema = domain.topics().schema(known.next(domain.name()));
    if (schema.length() > LONGEST_NAME) {
      throw new RebuildException(
          "expected a schema name of at most "
              + LONGEST_NAME
              + " characters, found "
              + schema
              + "; fix: shorter names of migration and domain");
    }
  }

  /// The columns that a domain writes, by table.
  static Map<TableId, Set<String>> written(DomainPlan domain) {
    var written = new HashMap<TableId, Set<String>>();
    for (EntityPlan entity : domain.entities()) {
      TargetPlan target = entity.target();
      columns(target.root().table(), target.root().columns(), written);
      for (TargetPlan.Child child : target.children()) {
        columns(child.table().table(), child.table().columns(), written);
        columns(child.table().table(), child.parent(), written);
      }
    }
    return written;
  }

  private static void columns(
      TableId table, List<TargetPlan.TargetColumn> columns, Map<TableId, Set<String>> into) {
    var names = into.computeIfAbsent(table, _ -> new HashSet<>());
    columns.forEach(column -> names.add(column.name()));
  }

  /// Lets the next generation take the live one's place, which is kept and still fed.
  ///
  /// @throws RebuildException if it is behind, or a lock is not to be had, also after some attempts
  /// @throws BusyException if somebody else is at it
  public Change exchange(Exchange exchange) throws SQLException, InterruptedException {
    try (var _ = alone("exchange")) {
      try (var kafka = BesideKafka.open(site)) {
        kafka.make(exchange.live().beside(domain));
        kafka.makeObserved(exchange.next().applied(domain));
      }
      return exchanged(exchange);
    }
  }

  private OperatorLock alone(String doing) throws SQLException {
    return OperatorLock.take(site.target(), site.migration(), domain.name(), doing);
  }

  private Change exchanged(Exchange exchange) throws SQLException, InterruptedException {
    var ends = new OutboxEnds(site.kafka(), exchange.next().applied(domain));
    var exchanger = new Exchanger(site.migration(), domain, actor, () -> ends.read(ENDING));
    var done = new Attempts(exchanger, site.target(), PATIENCE).run(exchange);
    var statements = new ArrayList<>(done.statements());
    try (Connection target = site.target().connect()) {
      for (var validation : done.validations()) {
        statements.add(ForeignKeys.validate(target, validation));
      }
    }
    return new Change(done.live(), statements);
  }

  /// The foreign keys that an exchange left to be validated: who made it was gone before it did, or
  /// the rows break them. As statements.
  public static List<String> unvalidated(Connection target, DomainPlan domain) throws SQLException {
    return pending(target, domain).stream().map(ForeignKeys.Validation::sql).toList();
  }

  static List<ForeignKeys.Validation> pending(Connection target, DomainPlan domain)
      throws SQLException {
    target.setAutoCommit(false);
    try {
      return new ForeignKeys(new Ddl(target), domain.targetTables()).pending();
    } finally {
      target.rollback();
      target.setAutoCommit(true);
    }
  }

  /// Validates what an exchange left.
  ///
  /// @return how each ended; empty where nothing was left
  /// @throws BusyException if somebody else is at it
  public List<String> validate() throws SQLException {
    try (var _ = alone("validate");
        Connection target = site.target().connect()) {
      var ended = new ArrayList<String>();
      for (var validation : pending(target, domain)) {
        ended.add(ForeignKeys.validate(target, validation));
      }
      return ended;
    }
  }

  /// A lock that was not to be had in time, or a deadlock.
  static boolean isBusy(SQLException e) {
    return "55P03".equals(e.getSQLState()) || "40P01".equals(e.getSQLState());
  }

  /// Gives up a generation that was never live. It is fed no more, and waits for its removal.
  ///
  /// @throws RebuildException if there is none
  /// @throws BusyException if somebody else is at it
  public Generation cancel() throws SQLException {
    try (var _ = alone("cancel");
        Connection target = site.target().connect()) {
      target.setAutoCommit(false);
      read(target);
      Generation found =
          GenerationRemoval.held(target, site.migration(), domain.name()).stream()
              .filter(each -> each.state() == State.BUILDING)
              .findFirst()
              .orElseThrow(
                  () ->
                      new RebuildException(
                          "no generation of " + domain.name() + " is being built; see status"));
      Generation cancelled = GenerationRemoval.giveUp(target, site.migration(), actor, found);
      target.commit();
      return cancelled;
    }
  }

  /// The removal of what is kept or was cancelled.
  public GenerationRemoval removal() {
    return new GenerationRemoval(site, domain, actor);
  }
}
