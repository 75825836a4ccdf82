package dev.tandem.run;

import dev.tandem.plan.PlanCompiler;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.spec.SpecReader;
import java.nio.file.Path;
import java.util.Map;

/// Reads a spec file and checks it whole, against both stores as far as they can be reached.
public final class MigrationReader {
  private MigrationReader() {}

  /// The migration, ready to run.
  ///
  /// @param environment what `${NAME}` in the spec is looked up in
  /// @throws SpecException with every problem, if there is an error among them; a store that cannot
  ///     be reached is one
  public static Migration read(Path file, Map<String, String> environment) {
    return SpecDraft.read(file, environment).migration();
  }

  /// Everything that is wrong with a spec; warnings included.
  ///
  /// @param online whether the stores are asked too
  public static Problems check(Path file, Map<String, String> environment, Reach online) {
    var result = SpecReader.read(file, environment);
    Problems problems = result.problems();
    if (result.draft().isPresent()) {
      Spec spec = result.draft().get();
      var stores = PlanCompiler.Stores.UNREACHABLE;
      if (online == Reach.ONLINE) {
        Catalogs catalogs = Catalogs.read(spec);
        catalogs.problems().forEach(problems::add);
        stores = catalogs.stores();
        InvariantCheck.check(spec).forEach(problems::add);
      }
      PlanCompiler.check(spec, stores, problems);
    }
    return problems;
  }

  /// Whether a check opens connections.
  public enum Reach {
    ONLINE,
    OFFLINE
  }
}
