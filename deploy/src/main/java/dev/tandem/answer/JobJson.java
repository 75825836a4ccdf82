package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.job.JobOrder;
import dev.tandem.jobs.JobFindings;
import dev.tandem.jobs.JobPlan;
import dev.tandem.jobs.JobStatus;
import java.util.List;

/// Jobs for a program.
public final class JobJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JobJson() {}

  public static ObjectNode plan(JobPlan plan) {
    var root = order(plan.order());
    var tables = root.putArray("tables");
    for (JobPlan.Table table : plan.tables()) {
      tables
          .addObject()
          .put("side", table.side().toString())
          .put("table", table.table().toString())
          .put("rows", table.estimate().rows())
          .put("bytes", table.estimate().bytes())
          .put("ranges", table.estimate().ranges())
          .put("whole", table.whole());
    }
    root.put("rows", plan.rows())
        .put("bytes", plan.bytes())
        .put("expectedMs", plan.expected().toMillis());
    root.putObject("blastRadius")
        .put("share", plan.share())
        .put("domainRows", plan.domainRows())
        .put("targetWrites", plan.targetWrites());
    return root;
  }

  /// What was ordered, by whom and why.
  public static ObjectNode order(JobOrder order) {
    var root = MAPPER.createObjectNode();
    root.put("job", order.id())
        .put("kind", order.kind().name())
        .put("domain", order.domain())
        .put("wanted", order.wanted().name())
        .put("by", order.asked().by())
        .put("why", order.asked().why());
    DivergenceJson.moment(root, "begun", order.asked().begun());
    DivergenceJson.moment(root, "orderedAt", order.asked().at());
    var scope = root.putObject("scope");
    scope
        .put("entity", order.scope().entity())
        .put("where", order.scope().where())
        .put("tenant", order.scope().tenant())
        .put("share", order.scope().share());
    var keys = scope.putArray("keys");
    order.scope().keys().forEach(keys::add);
    root.putObject("limits")
        .put("rate", order.limits().rate())
        .put("lanes", order.limits().lanes())
        .put("mostFindings", order.limits().mostFindings())
        .put("withinMs", order.limits().within().toMillis());
    return root;
  }

  public static ObjectNode list(List<JobStatus> jobs) {
    var root = MAPPER.createObjectNode();
    var list = root.putArray("jobs");
    jobs.forEach(status -> list.add(status(status)));
    return root;
  }

  /// How a job stands.
  public static ObjectNode status(JobStatus status) {
    var root = order(status.order());
    root.put("state", status.standing().state().name()).put("reason", status.standing().reason());
    progress(root.putObject("progress"), status);
    JobFindings findings = status.findings();
    var divergence =
        root.putObject("divergence")
            .put("found", findings.count())
            .put("comparedAll", status.hasComparedAll())
            .put("waiting", status.waiting());
    DivergenceJson.kinds(divergence.putObject("byKind"), findings.byKind());
    root.putObject("repairability")
        .put("closedByRepair", findings.closedByRepair())
        .put("closedOtherwise", findings.closedOtherwise())
        .put("open", findings.open().size())
        .put("notHelped", findings.notHelped())
        .put("notRepairable", findings.notRepairable())
        .put("needsBackfill", findings.needsBackfill());
    var blastRadius = root.putObject("blastRadius").put("rows", status.rows());
    var tenants = blastRadius.putArray("tenants");
    findings.tenants().forEach(tenants::add);
    status.targetWrites().ifPresent(count -> blastRadius.put("targetWrites", count));
    return root;
  }

  private static void progress(ObjectNode node, JobStatus status) {
    node.put("rows", status.rows())
        .put("estimate", status.estimate())
        .put("share", status.share())
        .put("rate", status.rate())
        .put("unplaced", status.unplaced());
    status.secondsLeft().ifPresent(seconds -> node.put("secondsLeft", seconds));
    var sweeps = node.putArray("sweeps");
    for (JobStatus.Sweep sweep : status.sweeps()) {
      var each =
          sweeps
              .addObject()
              .put("side", sweep.side().toString())
              .put("table", sweep.table().toString())
              .put("rows", sweep.rows())
              .put("estimate", sweep.estimate());
      sweep
          .report()
          .ifPresent(
              report -> {
                each.put("phase", report.phase().name())
                    .put("reason", report.reason())
                    .put("rate", report.rate())
                    .put("unplaced", report.unplaced());
                DivergenceJson.moment(each, "startedAt", report.startedAt());
                DivergenceJson.moment(each, "at", report.at());
              });
    }
  }

  /// With everything that is open.
  public static ObjectNode report(JobStatus status, DivergenceJson form) {
    var root = status(status);
    var list = root.putArray("divergences");
    status.findings().open().forEach(entry -> list.add(form.event(entry)));
    return root;
  }
}
