package dev.tandem.capture;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.ServerIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// Begins a new source epoch (DESIGN invariant 1): what an operator does when changes were lost, or
/// when the server's positions and transaction ids have gone back.
///
/// The slot has to be there first, made anew where it was lost: a capture that runs beside this
/// would otherwise read on from the old one. Whoever writes the outbox now is fenced out; the next
/// session says in every partition that the epoch begins, and sweeps every table again. Done again,
/// it begins one more.
public final class NewEpoch {
  private NewEpoch() {}

  /// @param kafka Kafka client properties as the user gave them
  /// @return the new epoch
  public static int begin(PostgresAccess legacy, Map<String, Object> kafka, CaptureNames names)
      throws SQLException {
    try (var log = new KafkaOutboxLog(kafka, names)) {
      return begin(legacy, log);
    }
  }

  static int begin(PostgresAccess legacy, OutboxLog log) throws SQLException {
    ServerIdentity server;
    try (Connection connection = legacy.connect()) {
      server = ReplicationState.identity(connection);
    }
    int epoch = log.open().epoch() + 1;
    log.write(List.of(), List.of(new CaptureState.Note.Source(server, epoch, null)));
    return epoch;
  }
}
