package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where capture stands, at a glance.
///
/// @param detail why it is not streaming, empty if it is
/// @param proven every transaction that ended up to here stands in Kafka
/// @param captured records of changes written since the program started
/// @param committedAt legacy commit time of the last change captured, microseconds since
///     1970-01-01T00:00Z, 0 before the first
/// @param sweeps the sweep of each table in this epoch, as far as it has begun
public record CaptureStatus(
    State state,
    String detail,
    int epoch,
    @Nullable Lsn proven,
    long captured,
    long redelivered,
    long parked,
    long committedAt,
    Map<TableId, SweepProgress> sweeps) {

  /// ```
  ///   STARTING ──▶ STREAMING ──▶ BACKING_OFF
  ///      ├──▶ STANDING_BY      (another session holds the slot)
  ///      ├──▶ NOT_SET_UP       (set-up has something to do first)
  ///      └──▶ LOST             (heals with a new epoch)
  ///   any ──▶ STOPPED
  /// ```
  ///
  /// All but the last are tried again, and each stays what is said until the next attempt has a
  /// result: an alarm that lasts is not taken back for a moment every half minute.
  public enum State {
    STARTING,
    STREAMING,
    BACKING_OFF,
    STANDING_BY,
    NOT_SET_UP,
    LOST,
    STOPPED
  }

  public CaptureStatus {
    sweeps = Map.copyOf(sweeps);
  }
}
