package dev.tandem.ledger;

import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Evidence;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.Stage;
import dev.tandem.wire.LagReport.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// The newest report of each partition, and what they say together of a domain. Not thread-safe.
public final class LagBook {
  /// By domain and partition.
  private final Map<String, Map<Integer, LagReport>> newest = new TreeMap<>();

  /// From good to bad.
  private static final List<State> SEVERITY =
      List.of(
          State.IDLE,
          State.FOLLOWING,
          State.SLOW,
          State.UNKNOWN,
          State.JUDGING,
          State.LOADING,
          State.STOPPED);

  /// Takes the next report; reports of a partition come in their order.
  public void accept(LagReport report) {
    newest.computeIfAbsent(report.domain(), _ -> new TreeMap<>()).put(report.partition(), report);
  }

  /// The newest reports of a domain, by partition; partitions that it no longer has are left out.
  ///
  /// @param partitions how many it has
  public List<LagReport> reports(String domain, int partitions) {
    return newest.getOrDefault(domain, Map.of()).values().stream()
        .filter(report -> report.partition() < partitions)
        .toList();
  }

  /// A domain as a whole: counts and offsets summed, of states, times and percentiles the worst.
  ///
  /// @param reported partitions of which there is a report
  /// @param evidence what stands still in the first partition that is stopped; of when the captures
  ///     were heard the oldest, 0 if a partition has not heard
  /// @param at of the oldest of the reports, 0 if there is none
  /// @param toTarget of each percentile the largest of all partitions: percentiles cannot be added
  /// @param stopped partitions whose repairs stopped
  public record DomainLag(
      String domain,
      int partitions,
      int reported,
      State state,
      Evidence evidence,
      long at,
      Offsets offsets,
      long reconciled,
      Percentiles toTarget,
      Percentiles toObservation,
      long pending,
      long oldestPendingAt,
      long waiting,
      long openDivergences,
      int stopped) {}

  /// Sums over partitions; what is not known counts as 0.
  public record Offsets(
      long read, long observed, long verdictAt, long outboxEnd, long observedEnd) {}

  /// @param partitions how many the domain has
  public DomainLag domain(String domain, int partitions) {
    List<LagReport> reports = reports(domain, partitions);
    return new DomainLag(
        domain,
        partitions,
        reports.size(),
        reports.size() < partitions ? worst(State.LOADING, reports) : worst(State.IDLE, reports),
        evidence(reports),
        reports.stream().mapToLong(LagReport::at).min().orElse(0),
        new Offsets(
            sum(reports, LagReport::read),
            sum(reports, LagReport::observed),
            sum(reports, LagReport::verdictAt),
            sum(reports, LagReport::outboxEnd),
            sum(reports, LagReport::observedEnd)),
        sum(reports, LagReport::reconciled),
        largest(reports.stream().map(LagReport::toTarget).toList()),
        largest(reports.stream().map(LagReport::toObservation).toList()),
        sum(reports, LagReport::pending),
        reports.stream().mapToLong(LagReport::oldestPendingAt).filter(at -> at > 0).min().orElse(0),
        sum(reports, LagReport::waiting),
        sum(reports, LagReport::openDivergences),
        (int) reports.stream().filter(LagReport::repairsStopped).count());
  }

  private static State worst(State atLeast, List<LagReport> reports) {
    var states = new ArrayList<>(reports.stream().map(LagReport::state).toList());
    states.add(atLeast);
    return SEVERITY.get(states.stream().mapToInt(SEVERITY::indexOf).max().orElse(0));
  }

  private static Evidence evidence(List<LagReport> reports) {
    var all = reports.stream().map(LagReport::evidence).toList();
    return new Evidence(
        all.stream()
            .map(Evidence::stoppedAt)
            .filter(stage -> stage != Stage.NONE)
            .findFirst()
            .orElse(Stage.NONE),
        all.stream().mapToLong(Evidence::captureHeardAt).min().orElse(0),
        all.stream().mapToLong(Evidence::observeHeardAt).min().orElse(0));
  }

  private static long sum(List<LagReport> reports, ToLongFunction<LagReport> count) {
    return reports.stream().mapToLong(report -> Math.max(0, count.applyAsLong(report))).sum();
  }

  private static Percentiles largest(Collection<Percentiles> all) {
    return all.stream()
        .reduce(
            Percentiles.NONE,
            (a, b) ->
                new Percentiles(
                    Math.max(a.p50(), b.p50()),
                    Math.max(a.p95(), b.p95()),
                    Math.max(a.p99(), b.p99()),
                    Math.max(a.max(), b.max())));
  }
}
