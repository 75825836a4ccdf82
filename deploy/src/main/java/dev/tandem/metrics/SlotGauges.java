package dev.tandem.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The replication slot of one store as gauges, and how often this process has dropped it. What is
/// not known, since the store does not answer, is NaN, which no alert takes for a number.
/// Thread-safe.
public final class SlotGauges {
  private final Counter drops;
  private volatile @Nullable Reading reading;

  /// What a server says of a slot.
  ///
  /// @param active whether a session reads it
  /// @param safe whether the server still has all the log that it needs; not so if it is not there
  /// @param retained bytes of log kept for it
  /// @param limit bytes after which it is given up, by the server or because the spec says so;
  ///     infinite where neither has a limit
  /// @param budget bytes beyond which it is told
  public record Reading(boolean active, boolean safe, long retained, double limit, double budget) {}

  public SlotGauges(MeterRegistry meters, Tags tags) {
    gauge(meters, tags, "tandem.slot.active", it -> it.active ? 1 : 0);
    gauge(meters, tags, "tandem.slot.safe", it -> it.safe ? 1 : 0);
    gauge(meters, tags, "tandem.slot.retained.bytes", it -> it.retained);
    gauge(meters, tags, "tandem.slot.limit.bytes", it -> it.limit);
    gauge(meters, tags, "tandem.slot.budget.bytes", it -> it.budget);
    drops = Counter.builder("tandem.slot.dropped").tags(tags).register(meters);
  }

  private void gauge(
      MeterRegistry meters, Tags tags, String name, ToDoubleFunction<Reading> value) {
    Gauge.builder(name, this, it -> it.read(value))
        .tags(tags)
        .strongReference(true)
        .register(meters);
  }

  private double read(ToDoubleFunction<Reading> value) {
    Reading known = reading;
    return known == null ? Double.NaN : value.applyAsDouble(known);
  }

  public void set(Reading found) {
    reading = found;
  }

  /// This process has dropped it.
  public void dropped() {
    drops.increment();
  }

  public void unknown() {
    reading = null;
  }
}
