package dev.tandem.jobs;

import dev.tandem.capture.Side;
import dev.tandem.job.JobOrder;
import dev.tandem.sweep.TableEstimate;
import dev.tandem.table.TableId;
import java.time.Duration;
import java.util.List;

/// What a job would cost, worked out before it is ordered.
///
/// @param domainRows about how many rows the legacy tables of the domain have
public record JobPlan(JobOrder order, List<Table> tables, long domainRows) {
  /// Rows a second of a sweep that nothing holds back: assumed, a third of what one was measured to
  /// read on two processors.
  private static final long USUAL_RATE = 30_000;

  public JobPlan {
    tables = List.copyOf(tables);
  }

  /// One sweep of it.
  ///
  /// @param whole whether every row is read, so that what is gone is found too
  public record Table(Side side, TableId table, TableEstimate estimate, boolean whole) {}

  public long rows() {
    return tables.stream().mapToLong(table -> table.estimate().rows()).sum();
  }

  public long bytes() {
    return tables.stream().mapToLong(table -> table.estimate().bytes()).sum();
  }

  /// With nothing in its way.
  public Duration expected() {
    long rate = order.limits().rate() == 0 ? USUAL_RATE : order.limits().rate();
    return Duration.ofMillis(1000 * rows() / rate);
  }

  /// The blast radius: the share of the domain's legacy rows that are read.
  public double share() {
    long legacy =
        tables.stream()
            .filter(table -> table.side() == Side.LEGACY)
            .mapToLong(table -> table.estimate().rows())
            .sum();
    return domainRows == 0 ? 0 : Math.min(1, (double) legacy / domainRows);
  }

  /// What it writes to the target: nothing of what is there already as it should be.
  public String targetWrites() {
    return switch (order.kind()) {
      case VERIFY -> "none";
      case BACKFILL -> "of the entities read, those that the target does not have as they are";
    };
  }
}
