package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/// The source epoch of one side of a migration as its offsets topic has it (DESIGN invariant 1).
/// Positions and transaction ids are comparable only within one; a new one has nothing proven and
/// begins with a full sweep of every table.
public final class SourceEpoch {
  private SourceEpoch() {}

  /// Declares a new one. A capture that runs is fenced out and goes on in the new epoch.
  ///
  /// @param settings of the capture, which names the topics that it writes
  /// @param store the server to be captured from now on
  /// @return its number: above every one that was ever used, also where the offsets topic is not
  ///     the one that knew it
  public static int declareNext(CaptureSettings settings, Connection store) throws SQLException {
    try (var log = new KafkaOutboxLog(settings)) {
      return declareNext(log, settings.topics(), store);
    }
  }

  static int declareNext(OutboxLog log, Set<String> topics, Connection store) throws SQLException {
    var server = ReplicationState.identity(store);
    int next = Math.max(log.open().epoch(), log.newestEpoch(topics)) + 1;
    log.write(List.of(), List.of(new Note.Source(server, next, null)));
    return next;
  }
}
