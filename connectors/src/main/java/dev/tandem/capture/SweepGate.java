package dev.tandem.capture;

import dev.tandem.job.JobOrder;
import java.util.SortedMap;

/// Whether the sweep of a job may go on, for the sake of the stores; asked between pages, by the
/// sweeping thread of one session, so that it has to answer soon. Initial loads do not ask: nothing
/// reaches the target before they have ended.
public interface SweepGate extends AutoCloseable {
  /// Never in the way.
  SweepGate OPEN = _ -> new Answer.Go();

  Answer ask(JobOrder order);

  /// Whether the target has what stands in the outbox of the job's domain up to these offsets, by
  /// partition; false while that is not known.
  default boolean hasApplied(JobOrder order, SortedMap<Integer, Long> offsets) {
    return false;
  }

  @Override
  default void close() {}

  /// What a sweep is to do.
  sealed interface Answer {
    record Go() implements Answer {}

    /// @param reason for a person to read
    /// @param rate most rows a second
    record Slow(String reason, long rate) implements Answer {}

    /// @param reason for a person to read
    record Hold(String reason) implements Answer {}
  }
}
