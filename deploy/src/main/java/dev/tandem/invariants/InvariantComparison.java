package dev.tandem.invariants;

import dev.tandem.aligned.Aligned;
import dev.tandem.aligned.Alignment;
import dev.tandem.aligned.ResultReader;
import dev.tandem.aligned.Sides;
import dev.tandem.aligned.UnalignedException;
import dev.tandem.invariant.Invariant;
import dev.tandem.invariant.Result;
import dev.tandem.invariant.ResultRule;
import dev.tandem.invariant.ResultRule.Verdict;
import dev.tandem.invariants.InvariantReport.Outcome;
import dev.tandem.invariants.InvariantReport.Pair;
import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.operate.ActionBook;
import dev.tandem.operate.Domains;
import dev.tandem.operate.Refusal;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.sweep.SweepRefusal;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares the invariants of a domain, all in one snapshot of each store.
public final class InvariantComparison {
  private static final Logger LOG = LoggerFactory.getLogger(InvariantComparison.class);
  private final Migration migration;
  private final Clock clock;

  /// @param hold the longest that apply may stand for it
  /// @param query the longest that one query may take
  public record Terms(Duration hold, Duration query) {
    public static final Terms USUAL = new Terms(Duration.ofSeconds(30), Duration.ofMinutes(10));

    /// No longer may apply stand.
    public static final Duration LONGEST_HOLD = Duration.ofMinutes(10);

    /// Whether apply may stand so long.
    public static boolean isHold(Duration time) {
      return time.isPositive() && time.compareTo(LONGEST_HOLD) <= 0;
    }

    /// The same with another time that apply may stand.
    public Terms holding(Duration other) {
      return new Terms(other, query);
    }
  }

  public InvariantComparison(Migration migration, Clock clock) {
    this.migration = migration;
    this.clock = clock;
  }

  /// Whether there is something to compare.
  public boolean has(String domain) {
    return !invariants(domain).isEmpty();
  }

  private List<Invariant> invariants(String domain) {
    return migration.invariants().getOrDefault(domain, List.of());
  }

  /// @param progress is told what is being done
  /// @throws Refusal if the spec has no such domain, or no invariants of it
  public InvariantReport compare(String domain, Actor actor, Terms terms, Consumer<String> progress)
      throws SQLException, InterruptedException {
    DomainPlan plan = Domains.named(migration.plan(), domain);
    if (!has(domain)) {
      throw Refusal.wrong(
          "--invariants: the spec has none of domain "
              + domain
              + "; write invariants: with pairs of queries");
    }
    var book = new ActionBook(migration, clock);
    OperatorAction action = book.begin(actor, "invariants.compare", domain);
    try {
      InvariantReport report = compare(plan, action, terms, progress);
      book.end(
          action,
          report.isAligned() ? OperatorAction.Outcome.DONE : OperatorAction.Outcome.FAILED,
          words(report));
      return report;
    } catch (SQLException | InterruptedException | RuntimeException e) {
      book.end(action, OperatorAction.Outcome.FAILED, e.getClass().getSimpleName());
      throw e;
    }
  }

  /// What it came to, in a sentence, as it is kept with the action.
  public static String words(InvariantReport report) {
    return switch (report.outcome()) {
      case Outcome.Unaligned(var reason) -> reason;
      case Outcome.Compared(var held, _, var pairs) ->
          "%d of %d equal; apply stood for %d ms"
              .formatted(
                  pairs.stream().filter(Pair::isEqual).count(), pairs.size(), held.toMillis());
    };
  }

  private InvariantReport compare(
      DomainPlan plan, OperatorAction action, Terms terms, Consumer<String> progress)
      throws SQLException, InterruptedException {
    var sides =
        new Sides(
            migration.generations().live(plan),
            migration.stores().legacy(),
            migration.stores().target(),
            migration.kafka().objects(),
            migration.kafka().registryClient());
    String by = "comparison " + action.id() + " by " + action.actor().by();
    var alignment =
        new Alignment(
            sides,
            new Alignment.Terms(by, terms.hold, terms.query),
            new Alignment.Queries(
                invariants(plan.name()).stream().map(Invariant::legacy).toList(),
                invariants(plan.name()).stream().map(Invariant::target).toList()),
            progress);
    Outcome outcome;
    try (Aligned aligned = alignment.align()) {
      progress.accept("compares");
      outcome = compared(plan.name(), aligned);
    } catch (UnalignedException e) {
      outcome = new Outcome.Unaligned(String.valueOf(e.getMessage()));
    }
    return new InvariantReport(plan.name(), outcome, known(sides.live()));
  }

  private Outcome compared(String domain, Aligned aligned) throws SQLException {
    var pairs = new ArrayList<Pair>();
    for (Invariant invariant : invariants(domain)) {
      long begun = System.nanoTime();
      Verdict verdict = verdict(domain, invariant, aligned);
      pairs.add(new Pair(invariant, verdict, Duration.ofNanos(System.nanoTime() - begun)));
    }
    return new Outcome.Compared(aligned.held(), aligned.snapshots(), pairs);
  }

  private Verdict verdict(String domain, Invariant invariant, Aligned aligned) throws SQLException {
    try {
      requireOwnTables(domain, aligned.target(), invariant.target());
      Result legacy = read("legacy store", aligned.legacy(), invariant.legacy());
      Result target = read("target", aligned.target(), invariant.target());
      return ResultRule.compare(legacy, target, invariant.match());
    } catch (UnreadException e) {
      return new Verdict.Incomparable(String.valueOf(e.getMessage()));
    }
  }

  /// One query could not be asked; the others can.
  private static final class UnreadException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadException(String store, String reason) {
      super("the query of the " + store + ": " + reason);
    }
  }

  /// The tables of another domain stand at another position.
  private void requireOwnTables(String domain, Connection target, String sql)
      throws SQLException, UnreadException {
    Set<TableId> read = asked("target", target, connection -> ResultReader.tables(connection, sql));
    for (DomainPlan other : migration.plan().domains()) {
      for (TableId table : other.targetTables()) {
        if (!other.name().equals(domain) && read.contains(table)) {
          throw new UnreadException(
              "target",
              "expected tables of domain %s, found %s of domain %s, which stands elsewhere"
                  .formatted(domain, table, other.name()));
        }
      }
    }
  }

  /// What is asked of one store.
  private interface Question<T> {
    T of(Connection connection) throws SQLException, ResultReader.TooManyRowsException;
  }

  private static Result read(String store, Connection connection, String sql)
      throws SQLException, UnreadException {
    return asked(store, connection, asked -> ResultReader.read(asked, sql));
  }

  private static <T> T asked(String store, Connection connection, Question<T> question)
      throws SQLException, UnreadException {
    var before = connection.setSavepoint();
    try {
      return question.of(connection);
    } catch (SQLException e) {
      connection.rollback(before);
      throw new UnreadException(store, SweepRefusal.text(e));
    } catch (ResultReader.TooManyRowsException e) {
      throw new UnreadException(store, String.valueOf(e.getMessage()));
    }
  }

  /// What was compared is told even where the ledger cannot be read.
  private Optional<Map<Kind, Long>> known(DomainPlan live) {
    try {
      return Optional.of(open(live));
    } catch (SQLException | KafkaException e) {
      LOG.warn("what is open in the ledger of {} cannot be read", live.name(), e);
      return Optional.empty();
    }
  }

  private Map<Kind, Long> open(DomainPlan live) throws SQLException {
    var ledger = new Ledger();
    try (var reader = new LedgerReader(migration.kafka().objects(), live.topics().divergence())) {
      if (reader.exists()) {
        reader.toEnd(ledger::accept);
      }
    }
    return ledger.byDomain(migration.generations()).getOrDefault(live.name(), Map.of());
  }
}
