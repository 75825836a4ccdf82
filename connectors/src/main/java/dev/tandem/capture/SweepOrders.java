package dev.tandem.capture;

import dev.tandem.job.JobOrder;
import java.util.List;
import java.util.Optional;

/// What operators ordered to be swept. Belongs to one session; asked by its sweeping thread.
public interface SweepOrders extends AutoCloseable {
  /// Nothing is ordered.
  SweepOrders NONE =
      new SweepOrders() {
        @Override
        public List<JobOrder> standing() {
          return List.of();
        }

        @Override
        public boolean hasEndedElsewhere(JobOrder order) {
          return false;
        }

        @Override
        public Optional<Compared> compared(JobOrder order, CaptureState.Note.Seal seal) {
          return Optional.empty();
        }
      };

  /// The last order of each job, as known now, the oldest job first. Must not block.
  List<JobOrder> standing();

  /// Whether the capture of the other store has noted the end of every sweep of a job.
  boolean hasEndedElsewhere(JobOrder order);

  /// What the reconciler said once it had compared beyond a seal.
  ///
  /// @param at microseconds since 1970-01-01T00:00Z
  /// @param waiting entities of the domain that had no verdict then
  record Compared(long at, long waiting) {}

  /// Nothing if the reconciler has not said so.
  Optional<Compared> compared(JobOrder order, CaptureState.Note.Seal seal);

  @Override
  default void close() {}
}
