package dev.tandem.program;

import dev.tandem.answer.MomentText;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.jobs.JobFindings;
import dev.tandem.jobs.JobPlan;
import dev.tandem.jobs.JobStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Jobs for a person.
final class JobText {
  private JobText() {}

  /// What a job would cost.
  static List<String> plan(JobPlan plan) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s of domain %s%s would read:"
            .formatted(plan.order().kind(), plan.order().domain(), scope(plan.order().scope())));
    for (JobPlan.Table table : plan.tables()) {
      lines.add(
          line(
              "  %-6s %-32s about %,d rows, %,d kB, in %d ranges%s",
              table.side(),
              table.table(),
              table.estimate().rows(),
              table.estimate().bytes() / 1024,
              table.estimate().ranges(),
              table.whole() ? ", whole" : ", in part: what is gone is not found by it"));
    }
    lines.add(
        line(
            "about %,d rows and %,d kB in %,d s or more",
            plan.rows(), plan.bytes() / 1024, Math.max(1, plan.expected().toSeconds())));
    lines.add(
        line(
            "blast radius: %.1f %% of the domain's %,d legacy rows; target writes: %s",
            100 * plan.share(), plan.domainRows(), plan.targetWrites()));
    return lines;
  }

  /// One line for each job.
  static List<String> list(List<JobStatus> jobs) {
    if (jobs.isEmpty()) {
      return List.of("No job was ever ordered.");
    }
    return jobs.stream().map(JobText::summary).toList();
  }

  static String summary(JobStatus status) {
    JobOrder order = status.order();
    return line(
        "%-40s %-9s %5.1f %%  %s by %s%s%s",
        order.id(),
        status.standing().state(),
        100 * status.share(),
        MomentText.of(order.asked().begun()),
        DivergenceText.visible(order.asked().by()),
        order.asked().why().isEmpty() ? "" : ": " + DivergenceText.visible(order.asked().why()),
        reason(status));
  }

  private static String reason(JobStatus status) {
    String reason = status.standing().reason();
    return reason.isEmpty() || reason.equals(status.order().asked().why())
        ? ""
        : " (" + DivergenceText.visible(reason) + ")";
  }

  /// Progress, divergence, repairability and blast radius, in one line.
  static String line(JobStatus status) {
    return line(
        "%s %s%s: %s | %s | %s | %s",
        status.order().id(),
        status.standing().state(),
        reason(status),
        progress(status),
        divergence(status.findings()),
        repairability(status.findings()),
        blastRadius(status));
  }

  /// How a job stands, or has ended: counts first.
  static List<String> report(JobStatus status) {
    var lines = new ArrayList<String>();
    JobOrder order = status.order();
    lines.add(
        "%s %s of domain %s%s: %s%s"
            .formatted(
                order.kind(),
                order.id(),
                order.domain(),
                scope(order.scope()),
                status.standing().state(),
                reason(status)));
    lines.add("progress       " + progress(status));
    lines.add("divergence     " + divergence(status.findings()));
    if (!status.hasComparedAll()) {
      lines.add("not compared   " + uncompared(status));
    }
    lines.add("repairability  " + repairability(status.findings()));
    lines.add("blast radius   " + blastRadius(status));
    for (JobStatus.Sweep sweep : status.sweeps()) {
      lines.add(
          line(
              "  %-6s %-32s %,12d of about %,d rows  %s",
              sweep.side(),
              sweep.table(),
              sweep.rows(),
              sweep.estimate(),
              sweep.report().map(report -> report.phase().name()).orElse("not begun")));
    }
    return lines;
  }

  private static String progress(JobStatus status) {
    return line(
        "%,d of about %,d rows (%.1f %%)%s%s",
        status.rows(),
        status.estimate(),
        100 * status.share(),
        status.rate() > 0 ? line(", %,d rows/s", status.rate()) : "",
        status.secondsLeft().isPresent()
            ? line(", %,d s left", status.secondsLeft().getAsLong())
            : "");
  }

  private static String divergence(JobFindings findings) {
    String kinds =
        findings.byKind().entrySet().stream()
            .map(each -> line("%s %,d", each.getKey(), each.getValue()))
            .collect(Collectors.joining(", "));
    return kinds.isEmpty() ? "nothing found" : "found " + kinds;
  }

  private static String uncompared(JobStatus status) {
    var parts = new ArrayList<String>();
    if (status.unplaced() > 0) {
      parts.add(
          line(
              "%,d rows that no partition got, see the dead letters; what is gone was not looked for",
              status.unplaced()));
    }
    if (status.waiting() > 0) {
      parts.add(
          line(
              "%,d entities of the domain wait for a value that the log did not tell; backfill it",
              status.waiting()));
    }
    return String.join("; ", parts);
  }

  private static String repairability(JobFindings findings) {
    return line(
        "closed by repair %,d, otherwise %,d; open %,d, of which repairs did not help %,d and cannot"
            + " help %,d",
        findings.closedByRepair(),
        findings.closedOtherwise(),
        findings.open().size(),
        findings.notHelped(),
        findings.notRepairable());
  }

  private static String blastRadius(JobStatus status) {
    return line(
        "%,d rows read, %d tenants in what was found, target writes %s",
        status.rows(),
        status.findings().tenants().size(),
        status.targetWrites().isPresent()
            ? line("%,d", status.targetWrites().getAsLong())
            : "not counted");
  }

  private static String scope(JobScope scope) {
    var parts = new ArrayList<String>();
    if (!scope.entity().isEmpty()) {
      parts.add("entity " + scope.entity());
    }
    if (!scope.where().isEmpty()) {
      parts.add("where " + DivergenceText.visible(scope.where()));
    }
    if (!scope.keys().isEmpty()) {
      parts.add(scope.keys().size() + " keys");
    }
    if (!scope.tenant().isEmpty()) {
      parts.add("tenant " + DivergenceText.visible(scope.tenant()));
    }
    if (scope.share() < 1) {
      parts.add(line("a sample of %.2f %%", 100 * scope.share()));
    }
    return parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")";
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
