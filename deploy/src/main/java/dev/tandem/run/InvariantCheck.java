package dev.tandem.run;

import dev.tandem.aligned.ResultReader;
import dev.tandem.invariant.Result.Column;
import dev.tandem.invariant.ResultRule;
import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.InvariantSpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.spec.StoreSpec;
import dev.tandem.sweep.SweepRefusal;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks both stores what the queries of a spec's invariants would answer, without carrying them
/// out. A store that cannot be reached is asked nothing: that is said elsewhere. What is wrong with
/// an invariant stops no migration, which does not need it.
final class InvariantCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InvariantCheck.class);

  private final @Nullable Connection legacy;
  private final @Nullable Connection target;
  private final Problems problems = new Problems();

  private final Spec spec;

  private InvariantCheck(@Nullable Connection legacy, @Nullable Connection target, Spec spec) {
    this.spec = spec;
    this.legacy = legacy;
    this.target = target;
  }

  static List<Problem> check(Spec spec) {
    List<InvariantSpec> invariants =
        spec.domains().stream().map(DomainSpec::invariants).flatMap(List::stream).toList();
    if (invariants.isEmpty()) {
      return List.of();
    }
    try (var check = new InvariantCheck(open(spec.legacy()), open(spec.target()), spec)) {
      spec.domains()
          .forEach(domain -> domain.invariants().forEach(each -> check.look(domain, each)));
      return check.problems.all();
    }
  }

  private static @Nullable Connection open(StoreSpec store) {
    if (!store.isComplete()) {
      return null;
    }
    try {
      Connection connection = SpecDraft.access(store).connect();
      try (var statement = connection.createStatement()) {
        statement.execute(
            "SET default_transaction_read_only = on; SET statement_timeout = '10s';"
                + " SET lock_timeout = '5s'");
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException | IllegalArgumentException away) {
      LOG.debug("invariants are not asked of {}", store.url().value(), away);
      return null;
    }
  }

  private void look(DomainSpec domain, InvariantSpec invariant) {
    Optional<List<Column>> ofLegacy = columns(legacy, invariant.legacy());
    Optional<List<Column>> ofTarget = columns(target, invariant.target());
    if (target != null && ofTarget.isPresent()) {
      ownTables(domain, invariant.target(), target);
    }
    if (ofLegacy.isPresent() && ofTarget.isPresent()) {
      ResultRule.flaw(ofLegacy.get(), ofTarget.get(), invariant.match())
          .ifPresent(
              flaw ->
                  invariant
                      .name()
                      .error(problems, flaw, "make both queries answer in the same columns"));
    }
  }

  /// The tables of another domain stand at another position.
  private void ownTables(DomainSpec domain, Located<String> query, Connection store) {
    try {
      Set<TableId> read = ResultReader.tables(store, query.value());
      for (DomainSpec other : spec.domains()) {
        String name = other.name().value();
        if (!name.equals(domain.name().value())
            && !Collections.disjoint(Spec.targetTables(other), read)) {
          query.error(
              problems,
              "it reads tables of domain " + name + ", which stands at another position",
              "ask only for tables of " + domain.name().value());
        }
      }
    } catch (SQLException e) {
      LOG.debug("tables of {} are not known", query.path(), e);
    }
  }

  private Optional<List<Column>> columns(@Nullable Connection store, Located<String> query) {
    if (store == null || !query.known()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ResultReader.columns(store, query.value()));
    } catch (SQLException e) {
      query.error(problems, "the store refuses it: " + SweepRefusal.text(e), "correct the query");
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    close(legacy);
    close(target);
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException away) {
      LOG.debug("a connection is given up", away);
    }
  }
}
