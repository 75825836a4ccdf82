package dev.tandem.bench;

import java.util.Set;

/// A part of the benchmark that can be asked for by its name, alone or with others.
public enum Chapter {
  /// The initial load, and its sweep alone.
  LOAD,
  /// The target made again from the contract topic.
  REBUILD,
  /// Backlogs of updates, in transactions of 1,000, 10 and 1.
  UPDATES,
  /// Backlogs of deletes, and of inserts.
  DELETES,
  /// Comparing both sides, alone and beside the pipeline.
  RECONCILE,
  /// Lag at steady rates.
  STEADY,
  /// The legacy rows read again, as a job.
  BACKFILL,
  /// The rows of both stores read and compared, as a job.
  VERIFY,
  /// A start without local state, beside one with it.
  RESTORE,
  /// The log read by Debezium alone, and without it.
  DECODE,
  /// A table of 40 columns: load and updates.
  WIDE,
  /// Aggregates with 5 children: load and updates.
  CHILDREN,
  /// What the program takes where nothing happens.
  IDLE;

  /// What needs the first table.
  private static final Set<Chapter> ON_ITEMS =
      Set.of(LOAD, REBUILD, UPDATES, DECODE, DELETES, RECONCILE, STEADY, BACKFILL, VERIFY, RESTORE);

  /// What needs both sides to have been compared once.
  private static final Set<Chapter> COMPARED = Set.of(RECONCILE, STEADY, BACKFILL, VERIFY, RESTORE);

  static boolean anyOnItems(Set<Chapter> wanted) {
    return wanted.stream().anyMatch(ON_ITEMS::contains);
  }

  static boolean anyCompared(Set<Chapter> wanted) {
    return wanted.stream().anyMatch(COMPARED::contains);
  }
}
