package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.TableSweep;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is swept and when: each table once in an epoch, one after the other; and when nothing is
/// being swept, the horizon: no page older than a snapshot taken now can still arrive.
final class SweepSchedule {
  private static final Logger LOG = LoggerFactory.getLogger(SweepSchedule.class);
  private final CaptureSettings settings;
  private final CaptureState state;
  private final CaptureSession session;
  private final Map<TableId, @Nullable SweepProgress> open = new LinkedHashMap<>();

  SweepSchedule(
      CaptureSettings settings, CaptureState state, Set<TableId> tables, CaptureSession session) {
    this.settings = settings;
    this.state = state;
    this.session = session;
    for (TableId table : tables) {
      SweepProgress progress = state.sweep(table);
      if (progress == null || !progress.ended()) {
        open.put(table, progress);
      } else {
        settings.listener().swept(progress);
      }
    }
  }

  /// Runs until it is interrupted. What a database refuses is tried again, and so is a table that
  /// has no key to be read by, until somebody gives it one; what Kafka refuses ends the session.
  void run() throws InterruptedException {
    while (true) {
      for (TableId table : List.copyOf(open.keySet())) {
        sweep(table);
      }
      if (open.isEmpty()) {
        horizon();
        Thread.sleep(settings.pace().horizon());
      } else {
        Thread.sleep(settings.pace().longestRetry());
      }
    }
  }

  private void sweep(TableId id) throws InterruptedException {
    Long visibleFrom = state.visibleFrom(id);
    try (Connection connection = settings.store().connect()) {
      Table table = PostgresCatalog.read(connection, List.of(id)).table(id).orElse(null);
      if (table == null || visibleFrom == null) {
        LOG.error("cannot sweep {}: expected such a table in {}, found none", id, settings.store());
        return;
      }
      var sweep = new TableSweep(settings.store(), settings.sweeps(), session, settings.clock());
      sweep.run(
          new TableSweep.Task(table, state.epoch(), visibleFrom, open.get(id)),
          progress -> open.put(id, progress));
      open.remove(id);
    } catch (SQLException | IllegalArgumentException refused) {
      LOG.warn("sweep of {} is tried again: {}", id, refused.getMessage());
    }
  }

  private void horizon() throws InterruptedException {
    try (Connection connection = settings.store().connect()) {
      Snapshot snapshot = ReplicationState.snapshot(connection);
      Lsn mark = ReplicationState.mark(connection, "horizon");
      session.awaitPassed(mark);
      long now = ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
      session.write(
          session.mark(
              new OutboxRecord.Marker(
                  OutboxRecord.Kind.HORIZON, state.epoch(), null, "", snapshot, now)));
    } catch (SQLException away) {
      LOG.warn("no horizon: {}", away.getMessage());
    }
  }
}
