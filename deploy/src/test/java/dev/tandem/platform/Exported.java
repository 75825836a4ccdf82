package dev.tandem.platform;

import dev.tandem.apply.ApplyListener;
import dev.tandem.capture.CaptureListener;
import dev.tandem.capture.Side;
import dev.tandem.contracts.ContractConsumers;
import dev.tandem.contracts.ContractUse;
import dev.tandem.contracts.VersionSkew;
import dev.tandem.generation.Generation;
import dev.tandem.job.SweepReport;
import dev.tandem.jobs.JobResultGauges;
import dev.tandem.jobs.TestJobs;
import dev.tandem.ledger.Events;
import dev.tandem.metrics.ContractGauges;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.metrics.ProgramMetrics;
import dev.tandem.metrics.SlotGauges;
import dev.tandem.reconcile.ReconcileListener;
import dev.tandem.spec.Objectives;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import dev.tandem.translate.TranslateListener;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Evidence;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.State;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Every series that a process exports, with the names of its labels: all meters are registered as
/// `tandem run` does it, every event is told once, and what is scraped is read.
final class Exported {
  private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_0-9]+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
  private static final TableId TABLE = new TableId("public", "t");
  private static final SweepProgress SWEPT =
      new SweepProgress(TABLE, "sweep", 1, 1, List.of(), null, 0, true);
  private static final SweepReport ORDERED =
      new SweepReport(TABLE, SweepReport.Phase.RUNNING, "", 1, 0, 1, 0, 0, 0, 0);

  private Exported() {}

  /// Labels by series.
  static Map<String, Set<String>> series() {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var promised = new Objectives(Duration.ofSeconds(5), 0, Duration.ofMinutes(1));
    ProgramMetrics.bind(meters, "shop", Map.of("orders", promised));
    var health = new Health();
    health.measure(meters, "shop");
    health.add("capture", () -> Health.Condition.READY);
    new SlotGauges(meters, Tags.of("migration", "shop", "side", "legacy", "slot", "tandem_shop"));
    new ContractGauges(meters, Tags.of("migration", "shop")).set(contracts(), Instant.EPOCH);
    var jobs = new JobResultGauges(meters, Tags.of("migration", "shop"));
    jobs.set(List.of(TestJobs.found("job", Events.of("1"))));
    var pipeline = new PipelineMetrics(meters, "shop");
    capture(pipeline.capture(Side.LEGACY));
    translate(pipeline.translate("orders"));
    apply(pipeline.apply("orders", new LagRecorder()));
    reconcile(pipeline.reconcile("orders"));
    var labels = new TreeMap<String, Set<String>>();
    Matcher line = SERIES.matcher(meters.scrape());
    while (line.find()) {
      var names = labels.computeIfAbsent(line.group(1), _ -> new TreeSet<>());
      if (line.group(2) != null) {
        LABEL.matcher(line.group(2)).results().forEach(label -> names.add(label.group(1)));
      }
    }
    return labels;
  }

  private static ContractUse contracts() {
    var group =
        new ContractConsumers.Group("t", "billing", "stable", 1, 1, Optional.of(Instant.EPOCH));
    var version = OptionalInt.of(1);
    var reading =
        new ContractUse.Reading("orders", group, List.of(new ContractUse.Read("Order", version)));
    var skew =
        new VersionSkew(
            List.of(new VersionSkew.InTarget("orders", "Order", 1, Generation.State.LIVE, version)),
            List.of(new VersionSkew.InFlight("orders", "Order", 1, version, "acme", 1)),
            List.of());
    return new ContractUse(List.of("t"), List.of(reading), Optional.of(skew), "");
  }

  private static void capture(CaptureListener told) {
    told.captured(1, 0);
    told.redelivered(1);
    told.parked(1);
    told.swept(SWEPT);
    told.ordered("job", ORDERED);
    told.failed(new IllegalStateException("away"));
  }

  private static void translate(TranslateListener told) {
    told.translated("Order");
    told.unchanged("Order");
    told.parked("Order");
    told.refused("Order");
  }

  private static void apply(ApplyListener told) {
    told.missed("orders", "Order", 1);
    told.deadLetter("orders", "Order");
    told.waiting("orders", 0, "away");
    told.fenced("orders", 0);
  }

  private static void reconcile(ReconcileListener told) {
    told.judged("Order");
    told.opened("Order", "acme", Kind.MISSING);
    told.closed("Order", "acme", Kind.MISSING, 1);
    told.repaired("Order", "acme", Kind.MISSING);
    told.repairsStopped(0, true);
    told.nameless("Order");
    told.reconciled(1, 1);
    told.standing(
        new LagReport(
            "orders",
            0,
            State.FOLLOWING,
            Evidence.NONE,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Percentiles.NONE,
            Percentiles.NONE,
            1,
            0,
            1,
            1,
            false));
    told.open(0, Map.of(new ReconcileListener.Found("Order", "acme", Kind.MISSING), 1L));
  }
}
