package dev.tandem.lens;

import dev.tandem.plan.EntityMapping;
import dev.tandem.spec.Problems;
import java.util.Optional;

/// Compiles the `map` block of an entity.
public final class MappingCompiler {
  private MappingCompiler() {}

  /// The compiled mapping, or nothing where an error was reported.
  public static Optional<EntityMapping> compile(MappingSource source, Problems problems) {
    problems.error(source.map().place(), source.path(), "lenses cannot be compiled yet", "");
    return Optional.empty();
  }
}
