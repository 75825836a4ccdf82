package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationSlot;
import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;

/// Whether the engine reads the slot that was judged. The engine makes a slot, in silence, where it
/// finds none:
///
/// 1. the slot is found, and what it holds joins what is in Kafka;
/// 2. somebody drops it, and changes are made;
/// 3. the engine starts, makes a new one, and reads what is changed from now on.
///
/// The rule: before anything that was read is written or confirmed, the slot stands no further than
/// where it was judged. A slot that was made since stands further, unless nothing at all was logged
/// in between. Whoever finds it further ends the session, and the next judgement tells the loss.
final class SlotCheck {
  private final PostgresAccess access;
  private final String name;
  private final Lsn judged;
  private boolean done;

  SlotCheck(PostgresAccess access, String name, Lsn judged) {
    this.access = access;
    this.name = name;
    this.judged = judged;
  }

  /// Looks, the first time that it is asked, while the slot is being read.
  ///
  /// @throws IllegalStateException if it is another slot
  void once() throws SQLException {
    if (done) {
      return;
    }
    try (Connection connection = access.connect()) {
      Lsn found =
          ReplicationState.slot(connection, name).map(ReplicationSlot::confirmed).orElse(null);
      if (found == null || found.isAfter(judged)) {
        throw new IllegalStateException(
            "replication slot "
                + name
                + ": expected it at "
                + judged
                + ", found "
                + (found == null ? "none" : "it at " + found)
                + ": it was dropped as the engine started");
      }
    }
    done = true;
  }
}
