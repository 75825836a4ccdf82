package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.wire.LagReport.Percentiles;
import java.util.List;

/// Lag of domains, for a program.
public final class LagJson {
  private LagJson() {}

  public static ObjectNode of(String migration, List<DomainLag> domains) {
    var root = new ObjectMapper().createObjectNode();
    root.put("migration", migration);
    var list = root.putArray("domains");
    for (DomainLag lag : domains) {
      var node = list.addObject();
      node.put("domain", lag.domain())
          .put("partitions", lag.partitions())
          .put("reported", lag.reported())
          .put("state", lag.state().name())
          .put("stoppedAt", lag.evidence().stoppedAt().name());
      DivergenceJson.moment(node, "captureHeardAt", lag.evidence().captureHeardAt());
      DivergenceJson.moment(node, "observeHeardAt", lag.evidence().observeHeardAt());
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
      node.put("waitingForSweep", lag.waiting());
      node.put("openDivergences", lag.openDivergences()).put("repairsStopped", lag.stopped());
    }
    return root;
  }

  private static void percentiles(ObjectNode node, Percentiles percentiles) {
    node.put("p50", percentiles.p50())
        .put("p95", percentiles.p95())
        .put("p99", percentiles.p99())
        .put("max", percentiles.max());
  }
}
