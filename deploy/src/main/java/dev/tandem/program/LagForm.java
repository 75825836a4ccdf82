package dev.tandem.program;

import dev.tandem.answer.MomentText;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.wire.LagReport.Evidence;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Lag of domains, for a person.
final class LagForm {
  private static final String ROW = "%-16s %-10s %9s %9s %9s %9s %9s %9s %10s %9s%s";

  private LagForm() {}

  /// @param now microseconds since 1970-01-01T00:00Z
  static List<String> text(List<DomainLag> domains, long now) {
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            ROW,
            "domain",
            "state",
            "pending",
            "oldest",
            "p50",
            "p95",
            "p99",
            "max",
            "divergent",
            "said",
            ""));
    domains.forEach(domain -> lines.add(line(domain, now)));
    return lines;
  }

  private static String line(DomainLag lag, long now) {
    if (lag.reported() == 0) {
      return String.format(Locale.ROOT, "%-16s no report within five minutes", lag.domain());
    }
    Percentiles times = lag.toObservation();
    return String.format(
        Locale.ROOT,
        ROW,
        lag.domain(),
        lag.state(),
        String.format(Locale.ROOT, "%,d", lag.pending()),
        lag.oldestPendingAt() == 0 ? "-" : MomentText.length(age(lag.oldestPendingAt(), now)),
        time(times, times.p50()),
        time(times, times.p95()),
        time(times, times.p99()),
        time(times, times.max()),
        String.format(Locale.ROOT, "%,d", lag.openDivergences()),
        MomentText.length(age(lag.at(), now)),
        remarks(lag, now));
  }

  /// `-` where nothing was measured.
  private static String time(Percentiles measured, long micros) {
    return measured.equals(Percentiles.NONE) ? "-" : MomentText.length(micros);
  }

  private static long age(long at, long now) {
    return Math.max(0, now - at);
  }

  /// For how long a capture that stands still has said nothing, where it was ever heard.
  private static Optional<String> heard(Evidence evidence, long now) {
    long at =
        switch (evidence.stoppedAt()) {
          case CAPTURE -> evidence.captureHeardAt();
          case OBSERVE -> evidence.observeHeardAt();
          case NONE, TRANSLATE, APPLY, RECONCILE -> 0;
        };
    return at == 0 ? Optional.empty() : Optional.of(" for " + MomentText.length(age(at, now)));
  }

  private static String remarks(DomainLag lag, long now) {
    var remarks = new StringBuilder();
    if (lag.reported() < lag.partitions()) {
      remarks.append("  only ").append(lag.reported()).append(" of ").append(lag.partitions());
      remarks.append(" partitions have reported");
    }
    if (lag.state() == State.STOPPED) {
      remarks.append("  ").append(lag.evidence().stoppedAt().reason());
      heard(lag.evidence(), now).ifPresent(remarks::append);
    }
    if (lag.waiting() > 0) {
      remarks.append(String.format(Locale.ROOT, "  %,d wait for a sweep", lag.waiting()));
    }
    if (lag.stopped() > 0) {
      remarks.append("  REPAIRS STOPPED in ").append(lag.stopped()).append(" partitions");
    }
    return remarks.toString();
  }
}
