package dev.tandem.reconcile;

/// Where the topics of a partition end, how far they were read, and when the captures that write
/// them were heard, as far as it is known. Thread-safe.
public interface PartitionEnds {
  /// Knows nothing.
  PartitionEnds UNKNOWN = _ -> Ends.UNKNOWN;

  /// Offsets behind the last records, -1 where not known.
  record Ends(long outbox, long observed, Passed passed, Heard heard) {
    public static final Ends UNKNOWN = new Ends(-1, -1, new Passed(-1, -1, -1), new Heard(0, 0));

    private boolean isKnown() {
      return Math.min(Math.min(outbox, observed), Math.min(passed.outbox, passed.observed)) >= 0;
    }

    private boolean isAtEnd() {
      return passed.outbox >= outbox && passed.observed >= observed;
    }

    /// Whether both topics are known to have been read to their ends.
    boolean isRead() {
      return isKnown() && isAtEnd();
    }

    /// Whether one of them is known not to have been.
    boolean isBehind() {
      return isKnown() && !isAtEnd();
    }
  }

  /// Offsets of what is read next, -1 where not known. What Kafka itself writes at the end of a
  /// transaction counts as read with it, which the offsets of records do not tell.
  ///
  /// @param outbox by the reconciler
  /// @param observed by the reconciler
  /// @param translated of the outbox, by the translation
  record Passed(long outbox, long observed, long translated) {}

  /// When each capture was last seen to move on, whether or not it wrote a record; microseconds
  /// since 1970-01-01T00:00Z, 0 before the first time.
  ///
  /// @param capture of the legacy store
  /// @param observe of the target
  record Heard(long capture, long observe) {}

  Ends of(int partition);
}
