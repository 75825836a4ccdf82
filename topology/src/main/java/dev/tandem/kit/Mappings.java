package dev.tandem.kit;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.Catalog;
import dev.tandem.table.TableScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The mappings of a spec, compiled against tables that scripts describe. Immutable and
/// thread-safe.
public final class Mappings {
  /// What a mapping does not depend on: it may be left to the environment of the program.
  private static final Set<String> ELSEWHERE =
      Set.of("legacy", "target", "kafka", "registry", "http");

  private final MigrationPlan plan;
  private final Catalog legacy;
  private final List<Problem> warnings;

  private Mappings(MigrationPlan plan, Catalog legacy, List<Problem> warnings) {
    this.plan = plan;
    this.legacy = legacy;
    this.warnings = warnings;
  }

  /// The SQL scripts that describe both stores, each list in the order in which a database would
  /// run it; [TableScript] says what they may hold.
  public record Scripts(List<Path> legacy, List<Path> target) {
    public Scripts {
      legacy = List.copyOf(legacy);
      target = List.copyOf(target);
    }

    public static Scripts of(Path legacy, Path target) {
      return new Scripts(List.of(legacy), List.of(target));
    }
  }

  /// The mappings of a spec whose scripts `legacy.sql` and `target.sql` stand beside it.
  ///
  /// @throws IOException if a script cannot be read
  /// @throws MappingsException with every problem that `tandem check` would find
  public static Mappings read(Path spec) throws IOException {
    return read(
        spec, Scripts.of(spec.resolveSibling("legacy.sql"), spec.resolveSibling("target.sql")));
  }

  /// @throws IOException if a script cannot be read
  /// @throws IllegalArgumentException with file and line, if a script says what is not known
  /// @throws MappingsException with every problem that `tandem check` would find
  public static Mappings read(Path spec, Scripts scripts) throws IOException {
    Catalog legacy = TableScript.read(scripts.legacy);
    Catalog target = TableScript.read(scripts.target);
    var result = SpecReader.read(spec, Map.of());
    var problems = new Problems();
    result.problems().all().stream().filter(Mappings::isOfMappings).forEach(problems::add);
    var draft = result.draft();
    if (draft.isEmpty()) {
      throw new MappingsException(result.problems().all());
    }
    var plan = PlanCompiler.compile(draft.get(), legacy, target, problems);
    if (plan.isEmpty()) {
      throw new MappingsException(problems.all());
    }
    return new Mappings(plan.get(), legacy, problems.all());
  }

  private static boolean isOfMappings(Problem problem) {
    return !ELSEWHERE.contains(problem.path().split("\\.", 2)[0]);
  }

  /// What `tandem check` would warn of.
  public List<Problem> warnings() {
    return warnings;
  }

  /// @throws IllegalArgumentException if the spec has no such domain
  public DomainMapping domain(String name) {
    return plan.domains().stream()
        .filter(domain -> domain.name().equals(name))
        .findFirst()
        .map(domain -> new DomainMapping(domain, legacy))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a domain of the spec, "
                        + plan.domains().stream().map(DomainPlan::name).toList()
                        + ", found '"
                        + name
                        + "'"));
  }
}
