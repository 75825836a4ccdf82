package dev.tandem.aligned;

import dev.tandem.invariant.PrefixRule.Bounds;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/// Both stores at one position: two open transactions that only read. Apply goes on meanwhile.
///
/// @param legacy in the snapshot
/// @param target in a snapshot that holds just what the other one saw
/// @param held how long apply stood for it
/// @param snapshots how many of the legacy store were taken until one was of a position
/// @param bounds by partition, between which outbox offsets the target stands
public record Aligned(
    Connection legacy, Connection target, Duration held, int snapshots, Map<Integer, Bounds> bounds)
    implements AutoCloseable {
  public Aligned {
    bounds = Map.copyOf(bounds);
  }

  @Override
  public void close() throws SQLException {
    try (target;
        legacy) {
      legacy.rollback();
      target.rollback();
    }
  }
}
