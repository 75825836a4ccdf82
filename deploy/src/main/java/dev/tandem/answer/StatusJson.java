package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.MigrationStatus;
import dev.tandem.status.SweepStatus;
import java.util.List;
import java.util.Map;

/// Where a migration stands, for a program.
public final class StatusJson {
  private StatusJson() {}

  public static ObjectNode of(MigrationStatus status) {
    var root = new ObjectMapper().createObjectNode();
    root.put("migration", status.migration());
    capture(root, status.legacy());
    capture(root.putObject("observed"), status.target());
    var list = root.putArray("domains");
    for (DomainStatus domain : status.domains()) {
      var node = list.addObject();
      status
          .open()
          .ifPresent(
              open ->
                  DivergenceJson.kinds(
                      node.putObject("openDivergences"),
                      open.getOrDefault(domain.domain(), Map.of())));
      node.put("domain", domain.domain())
          .put("captured", domain.captured())
          .put("translated", domain.translated())
          .put("applied", domain.applied())
          .put("pending", domain.pending())
          .put("behindMs", domain.behind().toMillis())
          .put("deadLetters", domain.deadLetters());
      if (!domain.heldFor().isEmpty()) {
        node.put("heldFor", domain.heldFor());
      }
      DomainLag lag = status.lags().get(domain.domain());
      if (lag != null && lag.reported() > 0) {
        node.put("state", lag.state().name())
            .put("stoppedAt", lag.evidence().stoppedAt().name())
            .put("waitingForSweep", lag.waiting());
      }
    }
    DivergenceJson.uncompared(root, status.uncompared());
    root.set("jobs", JobJson.list(status.jobs()).path("jobs"));
    schema(root, status.schema());
    return root;
  }

  private static void schema(ObjectNode root, List<SchemaChanged> changes) {
    var list = root.putArray("schemaChanges");
    for (SchemaChanged change : changes) {
      var node =
          list.addObject()
              .put("domain", change.domain())
              .put("table", change.table().toString())
              .put("lsn", change.lsn())
              .put("at", MomentText.instant(change.at()).toString())
              .put("catalog", change.isOfCatalog())
              .put("touched", change.isTouched())
              .put("finding", change.finding());
      change.changes().forEach(node.putArray("changes")::add);
      change.reads().forEach(node.putArray("reads")::add);
    }
  }

  private static void capture(ObjectNode root, SweepStatus capture) {
    root.put("proven", capture.proven());
    capture.unproven().ifPresent(reason -> root.put("unproven", reason));
    var sweeps = root.putArray("sweeps");
    for (SweepStatus.Table table : capture.tables()) {
      sweeps
          .addObject()
          .put("table", table.table())
          .put("rows", table.rows())
          .put("estimate", table.estimate())
          .put("ended", table.ended());
    }
  }
}
