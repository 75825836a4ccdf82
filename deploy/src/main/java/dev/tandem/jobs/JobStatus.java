package dev.tandem.jobs;

import dev.tandem.capture.Side;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules.Standing;
import dev.tandem.job.SweepReport;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How one job stands: its progress, what it has found, what of that was mended, and what it
/// touches.
///
/// @param waiting entities of its domain that had no verdict when a verification had come to its
///     end, or have none now
/// @param targetWrites contract records that sweeps and repairs of its domain have made since it
///     began; none for a verification
public record JobStatus(
    JobOrder order,
    Standing standing,
    List<Sweep> sweeps,
    long waiting,
    JobFindings findings,
    OptionalLong targetWrites) {
  public JobStatus {
    sweeps = List.copyOf(sweeps);
  }

  /// One of its sweeps.
  ///
  /// @param report nothing before it has begun
  /// @param known about how many rows the table had when it was loaded
  public record Sweep(Side side, TableId table, Optional<SweepReport> report, long known) {
    public long rows() {
      return report.map(SweepReport::rows).orElse(0L);
    }

    /// About how many there are.
    public long estimate() {
      return report
          .map(it -> it.hasEnded() ? it.rows() : Math.max(it.rows(), it.estimate()))
          .orElse(known);
    }
  }

  public long rows() {
    return sweeps.stream().mapToLong(Sweep::rows).sum();
  }

  public long estimate() {
    return sweeps.stream().mapToLong(Sweep::estimate).sum();
  }

  /// Rows that are there and were compared with nothing, since no partition got them.
  public long unplaced() {
    return sweeps.stream()
        .flatMap(sweep -> sweep.report().stream())
        .mapToLong(SweepReport::unplaced)
        .sum();
  }

  /// Whether a verification may call equal what it found nothing in.
  public boolean hasComparedAll() {
    return order.kind() != JobOrder.Kind.VERIFY || unplaced() == 0 && waiting == 0;
  }

  /// Whether a verification has found as much as it was to find.
  public boolean hasFoundEnough() {
    long most = order.limits().mostFindings();
    return most > 0 && findings.count() >= most;
  }

  /// Rows a second of late, of all sweeps that read; 0 where it is not known.
  public long rate() {
    return sweeps.stream()
        .flatMap(sweep -> sweep.report().stream())
        .filter(report -> !report.hasEnded())
        .mapToLong(SweepReport::rate)
        .sum();
  }

  /// From 0 to 1.
  public double share() {
    boolean all =
        sweeps.stream().allMatch(sweep -> sweep.report().filter(SweepReport::hasEnded).isPresent());
    return all ? 1 : estimate() == 0 ? 0 : Math.min(1, (double) rows() / estimate());
  }

  /// Until everything is read, at the rate of late; nothing where that is not known.
  public OptionalLong secondsLeft() {
    return rate() <= 0 ? OptionalLong.empty() : OptionalLong.of((estimate() - rows()) / rate());
  }
}
