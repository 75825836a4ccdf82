package dev.tandem.sweep;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// Where the rows of a sweep are read, and where log positions come from.
///
/// @param primary whose log is captured
/// @param replica a standby of it, where rows are read from one
public record SweepStores(PostgresAccess primary, Optional<PostgresAccess> replica) {
  public static SweepStores of(PostgresAccess primary) {
    return new SweepStores(primary, Optional.empty());
  }

  /// The server whose rows are read.
  public PostgresAccess rows() {
    return replica.orElse(primary);
  }

  /// A log position after everything that was read before. A standby has none of its own that
  /// capture would come to by itself; what it has replayed lies before what its primary writes now.
  ///
  /// @param reading connection that the rows were read with
  Lsn mark(Connection reading, String sweep) throws SQLException {
    if (replica.isEmpty()) {
      return ReplicationState.mark(reading, sweep);
    }
    try (Connection connection = primary.connect()) {
      return ReplicationState.mark(connection, sweep);
    }
  }
}
