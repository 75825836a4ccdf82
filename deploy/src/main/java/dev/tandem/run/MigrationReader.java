package dev.tandem.run;

import dev.tandem.contracts.ContractCatalog;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.spec.SpecReader;
import dev.tandem.spec.StoreSpec;
import dev.tandem.table.TableId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads a spec file and checks it whole, against both stores as far as they can be reached.
public final class MigrationReader {
  private MigrationReader() {}

  /// The migration, ready to run.
  ///
  /// @param environment what `${NAME}` in the spec is looked up in
  /// @throws SpecException with every problem, if there is an error among them
  public static Migration read(Path file, Map<String, String> environment) {
    var result = SpecReader.read(file, environment);
    Problems problems = result.problems();
    if (result.draft().isEmpty()) {
      throw new SpecException(problems.all());
    }
    Spec spec = result.draft().get();
    var legacy = catalog(spec.legacy(), spec.legacyTables(), problems);
    var target = catalog(spec.target(), spec.targetTables(), problems);
    if (legacy.isEmpty() || target.isEmpty() || problems.hasErrors()) {
      PlanCompiler.check(
          spec, new PlanCompiler.Stores(legacy.map(c -> c), target.map(c -> c)), problems);
      throw new SpecException(problems.all());
    }
    var plan = PlanCompiler.compile(spec, legacy.get(), target.get(), problems);
    if (plan.isEmpty() || problems.hasErrors()) {
      throw new SpecException(problems.all());
    }
    var stores = new Migration.Stores(access(spec.legacy()), access(spec.target()));
    var objectives =
        spec.domains().stream()
            .collect(Collectors.toMap(it -> it.name().value(), DomainSpec::objectives));
    return new Migration(
        plan.get(),
        stores,
        KafkaAccess.of(spec),
        objectives,
        spec.http(),
        ContractCatalog.read(spec, new Problems()));
  }

  /// Everything that is wrong with a spec; warnings included.
  ///
  /// @param online whether the stores are asked too
  public static Problems check(Path file, Map<String, String> environment, Reach online) {
    var result = SpecReader.read(file, environment);
    Problems problems = result.problems();
    if (result.draft().isPresent()) {
      Spec spec = result.draft().get();
      var stores =
          online == Reach.OFFLINE
              ? PlanCompiler.Stores.UNREACHABLE
              : new PlanCompiler.Stores(
                  catalog(spec.legacy(), spec.legacyTables(), problems).map(c -> c),
                  catalog(spec.target(), spec.targetTables(), problems).map(c -> c));
      PlanCompiler.check(spec, stores, problems);
    }
    return problems;
  }

  /// Whether a check opens connections.
  public enum Reach {
    ONLINE,
    OFFLINE
  }

  private static Optional<PostgresCatalog> catalog(
      StoreSpec store, Set<TableId> tables, Problems problems) {
    if (!store.isComplete()) {
      return Optional.empty();
    }
    try (var connection = access(store).connect()) {
      return Optional.of(PostgresCatalog.read(connection, tables));
    } catch (SQLException | IllegalArgumentException e) {
      store
          .url()
          .error(
              problems,
              "the store cannot be reached: " + e.getMessage(),
              "start it, or correct url, user and password");
      return Optional.empty();
    }
  }

  private static PostgresAccess access(StoreSpec store) {
    return new PostgresAccess(store.url().value(), store.user(), store.password().reveal());
  }
}
