package dev.tandem.run;

import dev.tandem.generation.Generations;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.setup.GenerationTable;
import dev.tandem.spec.Spec;
import java.sql.Connection;
import java.sql.SQLException;

/// The target of a spec that need not be right as a whole.
public record TargetGenerations(Spec spec) {
  /// A connection to the target.
  ///
  /// @throws SQLException if it cannot be reached, or the spec does not say where it is
  public Connection connect() throws SQLException {
    if (!spec.target().isComplete()) {
      throw new SQLException("the spec does not say where the target is");
    }
    PostgresAccess access = SpecDraft.access(spec.target());
    return access.connect();
  }

  /// @throws SQLException if the target cannot be asked
  public Generations read() throws SQLException {
    try (Connection target = connect()) {
      return GenerationTable.read(target, spec.migration().value());
    }
  }
}
