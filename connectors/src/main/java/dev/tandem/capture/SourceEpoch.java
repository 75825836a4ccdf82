package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// The source epoch of one side of a migration as its offsets topic has it (DESIGN invariant 1).
/// Positions and transaction ids are comparable only within one; a new one has nothing proven and
/// begins with a full sweep of every table.
public final class SourceEpoch {
  private SourceEpoch() {}

  /// Declares a new one. A capture that runs is fenced out and goes on in the new epoch.
  ///
  /// @param kafka client properties
  /// @param store the server to be captured from now on
  /// @return its number
  public static int declareNext(Map<String, Object> kafka, CaptureNames names, Connection store)
      throws SQLException {
    try (var log = new KafkaOutboxLog(kafka, names)) {
      return declareNext(log, store);
    }
  }

  static int declareNext(OutboxLog log, Connection store) throws SQLException {
    var server = ReplicationState.identity(store);
    int next = log.open().epoch() + 1;
    log.write(List.of(), List.of(new Note.Source(server, next, null)));
    return next;
  }
}
