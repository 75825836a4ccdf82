package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.wire.LagReport.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Lag of domains, for a person and for a program.
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
        remarks(lag));
  }

  /// `-` where nothing was measured.
  private static String time(Percentiles measured, long micros) {
    return measured.equals(Percentiles.NONE) ? "-" : MomentText.length(micros);
  }

  private static long age(long at, long now) {
    return Math.max(0, now - at);
  }

  private static String remarks(DomainLag lag) {
    var remarks = new StringBuilder();
    if (lag.reported() < lag.partitions()) {
      remarks.append("  only ").append(lag.reported()).append(" of ").append(lag.partitions());
      remarks.append(" partitions have reported");
    }
    if (lag.stopped() > 0) {
      remarks.append("  REPAIRS STOPPED in ").append(lag.stopped()).append(" partitions");
    }
    return remarks.toString();
  }

  static String json(String migration, List<DomainLag> domains) {
    var root = new ObjectMapper().createObjectNode();
    root.put("migration", migration);
    var list = root.putArray("domains");
    for (DomainLag lag : domains) {
      var node = list.addObject();
      node.put("domain", lag.domain())
          .put("partitions", lag.partitions())
          .put("reported", lag.reported())
          .put("state", lag.state().name());
      DivergenceJson.moment(node, "at", lag.at());
      node.put("read", lag.offsets().read())
          .put("observed", lag.offsets().observed())
          .put("verdictAt", lag.offsets().verdictAt())
          .put("outboxEnd", lag.offsets().outboxEnd())
          .put("observedEnd", lag.offsets().observedEnd())
          .put("reconciled", lag.reconciled());
      percentiles(node.putObject("toTargetUs"), lag.toTarget());
      percentiles(node.putObject("toObservationUs"), lag.toObservation());
      node.put("pending", lag.pending());
      DivergenceJson.moment(node, "oldestPendingAt", lag.oldestPendingAt());
      node.put("openDivergences", lag.openDivergences()).put("repairsStopped", lag.stopped());
    }
    return root.toString();
  }

  private static void percentiles(ObjectNode node, Percentiles percentiles) {
    node.put("p50", percentiles.p50())
        .put("p95", percentiles.p95())
        .put("p99", percentiles.p99())
        .put("max", percentiles.max());
  }
}
