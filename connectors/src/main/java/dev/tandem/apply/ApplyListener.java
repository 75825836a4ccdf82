package dev.tandem.apply;

import java.time.Duration;

/// Told of what apply does, from several threads at once; must be quick and must not throw.
public interface ApplyListener {
  /// A transaction was committed.
  default void committed(Committed committed) {}

  /// One contract record is durable in the target.
  ///
  /// @param micros since its legacy commit, by this host's clock
  default void latency(String domain, long micros) {}

  /// Expected deletions met no row: a finding (DESIGN invariant 9).
  default void missed(String domain, String entity, int rows) {}

  default void deadLetter(String domain, String entity) {}

  /// An attempt failed and is made again; the reason is empty once it has succeeded.
  default void waiting(String domain, int partition, String reason) {}

  /// Another instance has taken the partition over.
  default void fenced(String domain, int partition) {}

  /// The domain does no more work until it is started again.
  default void stopped(String domain, String reason) {}

  /// @param records contract records, progress markers among them
  /// @param keys entities written after collapsing
  record Committed(String domain, int partition, int records, int keys, Mark mark, Nanos nanos) {}

  /// Where the time of a batch went.
  record Nanos(long decode, long write, long commit) {
    public Duration total() {
      return Duration.ofNanos(decode + write + commit);
    }
  }
}
