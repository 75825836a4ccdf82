package dev.tandem.reconcile;

/// Where the topics of a partition end, as far as it is known. Thread-safe.
public interface PartitionEnds {
  /// Knows nothing.
  PartitionEnds UNKNOWN = _ -> new Ends(-1, -1);

  /// Offsets behind the last records, -1 where not known.
  record Ends(long outbox, long observed) {}

  Ends of(int partition);
}
