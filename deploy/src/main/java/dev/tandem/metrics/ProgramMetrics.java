package dev.tandem.metrics;

import dev.tandem.spec.Objectives;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.util.Map;

/// What every process shows beside its own work: memory and processor time of its Java, and what
/// the domains promise, so that an alert compares with the spec's own numbers.
public final class ProgramMetrics {
  private ProgramMetrics() {}

  /// @param objectives by domain
  public static void bind(
      MeterRegistry meters, String migration, Map<String, Objectives> objectives) {
    new JvmMemoryMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    objectives.forEach(
        (domain, promised) -> {
          Tags tags = Tags.of("migration", migration, "domain", domain);
          Gauge.builder(
                  "tandem.objective.reconciliation.lag.seconds",
                  () -> promised.reconciliationLagP99().toNanos() / 1e9)
              .tags(tags)
              .register(meters);
          Gauge.builder(
                  "tandem.objective.repair.seconds", () -> promised.repairWithin().toNanos() / 1e9)
              .tags(tags)
              .register(meters);
        });
  }
}
