package dev.tandem.apply;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether a row that the target refuses because a value is taken is tried again.
///
/// Partitions are applied each at its own pace, so a unique value that passes from a row of one to
/// a row of another may be asked for before it has been given up:
///
/// 1. legacy: row 1, of partition 0, gives a value up; later row 2, of partition 1, takes it;
/// 2. partition 1 is applied first, and refused;
/// 3. partition 0 is applied: now the value is free.
///
/// So a value that is taken is waited for, for a while. One that stays taken is a fault of the data
/// and becomes a dead letter; after it nothing is waited for until ten times as long has passed, so
/// that many such faults cost a tenth of the time. Not thread-safe.
final class UniquePatience {
  static final Duration WHILE = Duration.ofSeconds(5);
  private static final Duration REST = WHILE.multipliedBy(10);

  private @Nullable Instant since;
  private Instant restUntil = Instant.MIN;

  /// Whether a refusal is of a value that another row may give up.
  static boolean isOf(Exception refusal) {
    return refusal instanceof SQLException e
        && ("23505".equals(e.getSQLState()) || "23P01".equals(e.getSQLState()));
  }

  /// Whether to try again; asked at each such refusal.
  boolean waits(Instant now) {
    if (now.isBefore(restUntil)) {
      return false;
    }
    if (since == null) {
      since = now;
    }
    if (now.isBefore(since.plus(WHILE))) {
      return true;
    }
    since = null;
    restUntil = now.plus(REST);
    return false;
  }

  /// What was waited for has gone through.
  void rewarded() {
    since = null;
  }
}
