package dev.tandem.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The parts of a process as gauges, beside what `/health/ready` says: whether each is ready, and
/// whether it has stopped, for whatever reason. A part that waits is neither. Used under the lock
/// of a [Health].
final class PartGauges {
  private static final Set<Health.State> UP = Set.of(Health.State.READY, Health.State.DONE);
  private static final Set<Health.State> DOWN =
      Set.of(Health.State.STOPPED, Health.State.FAILED, Health.State.DEAD);
  private final MeterRegistry meters;
  private final Tags migration;
  private final Map<String, List<Meter>> gauges = new HashMap<>();

  PartGauges(MeterRegistry meters, Tags migration) {
    this.meters = meters;
    this.migration = migration;
  }

  /// In place of an earlier part of that name.
  void add(String part, Supplier<Health.Condition> condition) {
    remove(part);
    var made = new ArrayList<Meter>();
    made.add(gauge("tandem.part.ready", part, () -> is(condition.get(), UP)));
    made.add(gauge("tandem.part.stopped", part, () -> is(condition.get(), DOWN)));
    gauges.put(part, made);
  }

  void remove(String part) {
    gauges.getOrDefault(part, List.of()).forEach(meters::remove);
    gauges.remove(part);
  }

  private Gauge gauge(String name, String part, Supplier<Number> value) {
    return Gauge.builder(name, value)
        .tags(migration.and("part", part))
        .strongReference(true)
        .register(meters);
  }

  private static int is(Health.Condition condition, Set<Health.State> wanted) {
    return wanted.contains(condition.state()) ? 1 : 0;
  }
}
