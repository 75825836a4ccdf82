package dev.tandem.run;

import dev.tandem.plan.PlanCompiler;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.setup.Site;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.spec.StoreSpec;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What both stores hold of a spec's tables, as far as they could be asked just now.
///
/// @param failures of those that could not
record Catalogs(
    Optional<PostgresCatalog> legacy, Optional<PostgresCatalog> target, List<Failure> failures) {
  Catalogs {
    failures = List.copyOf(failures);
  }

  /// @param outage why the store cannot be asked now; null if its address is wrong
  record Failure(Problem problem, @Nullable String outage) {}

  static Catalogs read(Spec spec) {
    var failures = new ArrayList<Failure>();
    var legacy = read("legacy", spec.legacy(), spec.legacyTables(), failures);
    var target = read("target", spec.target(), spec.targetTables(), failures);
    return new Catalogs(legacy, target, failures);
  }

  private static Optional<PostgresCatalog> read(
      String name, StoreSpec store, Set<TableId> tables, List<Failure> failures) {
    if (!store.isComplete()) {
      return Optional.empty();
    }
    try (var connection = SpecDraft.access(store).connect()) {
      return Optional.of(PostgresCatalog.read(connection, tables));
    } catch (SQLException | IllegalArgumentException e) {
      var problems = new Problems();
      store
          .url()
          .error(
              problems,
              "the store cannot be reached: " + e.getMessage(),
              "start it, or correct url, user and password");
      String outage = Outage.isOne(e) ? name + " store: " + Outage.reason(e) : null;
      failures.add(new Failure(problems.all().getFirst(), outage));
      return Optional.empty();
    }
  }

  PlanCompiler.Stores stores() {
    return new PlanCompiler.Stores(legacy.map(c -> c), target.map(c -> c));
  }

  List<Problem> problems() {
    return failures.stream().map(Failure::problem).toList();
  }

  /// Whether nothing failed but what passes.
  boolean areAway() {
    return !failures.isEmpty() && failures.stream().allMatch(it -> it.outage != null);
  }

  /// Why they are away, in one line.
  String reason() {
    return failures.stream()
        .map(it -> it.outage == null ? it.problem.cause() : it.outage)
        .collect(Collectors.joining("; "));
  }

  /// Those of a spec's tables that are there; all of them where nobody could look.
  Site.Tables tablesOf(Spec spec) {
    return new Site.Tables(there(legacy, spec.legacyTables()), there(target, spec.targetTables()));
  }

  private static Set<TableId> there(Optional<PostgresCatalog> catalog, Set<TableId> tables) {
    return tables.stream()
        .filter(table -> catalog.isEmpty() || catalog.get().table(table).isPresent())
        .collect(Collectors.toUnmodifiableSet());
  }
}
