package dev.tandem.program;

import dev.tandem.answer.DivergenceJson;
import dev.tandem.answer.InvariantJson;
import dev.tandem.answer.JobJson;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.jobs.JobStatus;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.plan.MigrationPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The report of a job, for a person or for a program.
record JobForm(MigrationPlan plan, SpecOptions spec, boolean json) {
  /// How many samples of each kind are shown.
  private static final int SAMPLES = 10;

  List<String> report(JobStatus status) {
    return report(status, Optional.empty());
  }

  /// @param invariants what comparing them afterwards came to
  List<String> report(JobStatus status, Optional<InvariantReport> invariants) {
    var queries = new TargetQuery(plan);
    if (json) {
      var root = JobJson.report(status, new DivergenceJson(queries));
      invariants.ifPresent(it -> root.set("invariants", InvariantJson.report(it)));
      return List.of(root.toString());
    }
    var lines = new ArrayList<>(JobText.report(status));
    if (!status.findings().open().isEmpty()) {
      lines.add("");
      lines.addAll(new DivergenceText(queries, SAMPLES).open(status.findings().open()));
    }
    if (status.findings().needsBackfill()) {
      lines.add("");
      lines.add(
          "What the legacy store lost or gained without a captured change, a repair cannot mend;"
              + " fix: "
              + spec.in("tandem backfill SPEC --domain " + status.order().domain() + " start"));
    }
    invariants.ifPresent(
        it -> {
          lines.add("");
          lines.addAll(InvariantText.report(it));
        });
    return lines;
  }
}
