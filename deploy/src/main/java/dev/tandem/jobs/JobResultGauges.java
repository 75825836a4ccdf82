package dev.tandem.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What jobs have found, what of that was mended, and whom it touches, as gauges: of those under
/// way, and of the last ones that came to their end while this process looked. Thread-safe.
public final class JobResultGauges {
  private static final int KEPT = 20;

  private final MultiGauge found;
  private final MultiGauge open;
  private final MultiGauge closed;
  private final MultiGauge beyondRepair;
  private final MultiGauge tenants;

  /// The newest status by job, the one that was looked at last at the end.
  private final Map<String, JobStatus> shown = new LinkedHashMap<>();

  /// @param migration tags of it
  public JobResultGauges(MeterRegistry meters, Tags migration) {
    found = gauge(meters, migration, "tandem.job.found");
    open = gauge(meters, migration, "tandem.job.open");
    closed = gauge(meters, migration, "tandem.job.closed");
    beyondRepair = gauge(meters, migration, "tandem.job.beyond.repair");
    tenants = gauge(meters, migration, "tandem.job.tenants");
  }

  private static MultiGauge gauge(MeterRegistry meters, Tags migration, String name) {
    return MultiGauge.builder(name).tags(migration).register(meters);
  }

  /// Takes how some jobs stand now; of others what was known last is shown on.
  public synchronized void set(List<JobStatus> jobs) {
    for (JobStatus job : jobs) {
      shown.remove(job.order().id());
      shown.put(job.order().id(), job);
    }
    while (shown.size() > KEPT) {
      shown.remove(shown.keySet().iterator().next());
    }
    var ofKind = new ArrayList<Row<?>>();
    var stillOpen = new ArrayList<Row<?>>();
    var mended = new ArrayList<Row<?>>();
    var beyond = new ArrayList<Row<?>>();
    var touched = new ArrayList<Row<?>>();
    for (JobStatus job : shown.values()) {
      JobFindings findings = job.findings();
      Tags tags = Tags.of("domain", job.order().domain(), "job_id", job.order().id());
      findings
          .byKind()
          .forEach((kind, count) -> ofKind.add(Row.of(tags.and("kind", kind.name()), count)));
      stillOpen.add(Row.of(tags, findings.open().size()));
      mended.add(Row.of(tags.and("by", "repair"), findings.closedByRepair()));
      mended.add(Row.of(tags.and("by", "otherwise"), findings.closedOtherwise()));
      beyond.add(Row.of(tags, findings.notRepairable()));
      touched.add(Row.of(tags, findings.tenants().size()));
    }
    found.register(ofKind, true);
    open.register(stillOpen, true);
    closed.register(mended, true);
    beyondRepair.register(beyond, true);
    tenants.register(touched, true);
  }
}
