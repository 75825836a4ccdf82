package dev.tandem.apply;

import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The row of `tandem.generation` that says where the tables of one generation stand. It is held
/// until the transaction ends, so that they stay there.
record GenerationRow(CheckpointTable of) {
  private static final String LOCK =
      "SELECT state, tables_in, placement FROM tandem.generation"
          + " WHERE migration = ? AND domain = ? AND generation = ? FOR SHARE";
  private static final String ANY =
      "SELECT 1 FROM tandem.generation WHERE migration = ? AND domain = ? LIMIT 1";

  /// @throws DomainStoppedException if this generation is to be written no more
  Place place(TargetSession session) throws SQLException {
    PreparedStatement statement = session.prepare(LOCK);
    statement.setString(1, of.migration());
    statement.setString(2, of.domain());
    statement.setInt(3, of.generation());
    try (ResultSet rows = statement.executeQuery()) {
      if (rows.next()) {
        return switch (State.valueOf(rows.getString("state"))) {
          case LIVE, BUILDING, KEPT ->
              new Place(rows.getString("tables_in"), rows.getLong("placement"));
          case CANCELLED, REMOVED -> throw gone();
        };
      }
    }
    if (of.generation() != DomainPlan.FIRST_GENERATION || hasAny(session)) {
      throw gone();
    }
    return Place.OF_SPEC;
  }

  /// A domain that was never rebuilt has no row.
  private boolean hasAny(TargetSession session) throws SQLException {
    PreparedStatement statement = session.prepare(ANY);
    statement.setString(1, of.migration());
    statement.setString(2, of.domain());
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next();
    }
  }

  private DomainStoppedException gone() {
    return new DomainStoppedException(
        "generation "
            + of.generation()
            + " of domain "
            + of.domain()
            + " was cancelled or removed, and is written no more; see tandem rebuild SPEC status");
  }
}
