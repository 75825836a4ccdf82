package dev.tandem.setup;

import dev.tandem.setup.Finding.Area;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether a slot endangers the server, or is in danger itself (DESIGN invariant 12): the log that
/// it retains has a budget, and so has the age of the catalog rows that are kept for it.
final class SlotRule {
  /// From here on autovacuum begins to work against wrap-around. Source: PostgreSQL, the default of
  /// `autovacuum_freeze_max_age`.
  private static final long OLD = 200_000_000;

  private SlotRule() {}

  static Finding judge(Slot slot, SlotBudget budget, Area store) {
    String subject = "log retained by " + slot.name();
    String held = megabytes(slot.retained()) + " retained";
    String drain = "start tandem run SPEC, so that it is read; or tandem teardown SPEC";
    if (slot.walStatus().equals("unreserved")) {
      return Finding.failure(store, subject, held + ", about to be given up by the server", drain);
    }
    if (slot.catalogAge() > OLD) {
      return Finding.warning(
          store,
          subject,
          "catalog rows " + slot.catalogAge() + " transactions old are kept for it",
          drain);
    }
    OptionalLong limit = budget.limit();
    String found =
        limit.isEmpty()
            ? held + ", without limit (max_slot_wal_keep_size = -1)"
            : held + " of at most " + megabytes(limit.getAsLong()) + " (" + budget.reason() + ")";
    return slot.retained() > budget.alarm()
        ? Finding.warning(
            store, subject, found + ", expected " + megabytes(budget.alarm()) + " or less", drain)
        : Finding.ok(store, subject, found);
  }

  /// Whether it outlives a fail-over, where the server's version could have it. A warning also
  /// where there is no standby today: whoever adds one does not think of this slot.
  static Optional<Finding> failover(Slot slot, int major, Area store) {
    return slot.isLeftBehind(major)
        ? Optional.of(
            Finding.warning(
                store,
                "fail-over of " + slot.name(),
                "expected a failover slot, found one that no standby keeps a copy of: after a"
                    + " promotion every table would have to be swept again",
                "while nothing reads it: psql 'dbname="
                    + slot.database()
                    + " replication=database' -c 'ALTER_REPLICATION_SLOT "
                    + slot.name()
                    + " (FAILOVER true)'"))
        : Optional.empty();
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MB";
  }
}
