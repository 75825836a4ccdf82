package dev.tandem.capture;

import dev.tandem.job.JobOrder;
import java.util.List;

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
      };

  /// The last order of each job, as known now, the oldest job first. Must not block.
  List<JobOrder> standing();

  /// Whether the capture of the other store has noted the end of every sweep of a job.
  boolean hasEndedElsewhere(JobOrder order);

  @Override
  default void close() {}
}
