package dev.tandem.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What makes a process live and ready: one named part each, asked when somebody asks. Thread-safe.
public final class Health {
  /// How a part is.
  public enum State {
    /// Does its work.
    READY,
    /// Not yet, or waiting for something that is away; it will go on by itself.
    WAITING,
    /// Has stopped with a finding, and will not go on by itself.
    STOPPED
  }

  private final Map<String, Supplier<State>> parts = new LinkedHashMap<>();
  private @Nullable PartGauges gauges;

  public synchronized void add(String part, Supplier<State> state) {
    parts.put(part, state);
    if (gauges != null) {
      gauges.add(part, state);
    }
  }

  /// Shows every part, and each that is to come, as gauges too.
  public synchronized void measure(MeterRegistry meters, String migration) {
    var shown = new PartGauges(meters, Tags.of("migration", migration));
    parts.forEach(shown::add);
    gauges = shown;
  }

  /// Takes away a part that is no more.
  public synchronized void remove(String part) {
    parts.remove(part);
    if (gauges != null) {
      gauges.remove(part);
    }
  }

  /// Each part as `name: state`, in the order in which they were added.
  public synchronized List<String> lines() {
    var lines = new ArrayList<String>();
    parts.forEach(
        (part, state) ->
            lines.add(part + ": " + state.get().name().toLowerCase(java.util.Locale.ROOT)));
    return lines;
  }

  public synchronized boolean isReady() {
    return parts.values().stream().allMatch(state -> state.get() == State.READY);
  }

  /// A process is live unless all of it has stopped: a stopped domain does not have the others
  /// restarted.
  public synchronized boolean isLive() {
    return parts.isEmpty()
        || parts.values().stream().anyMatch(state -> state.get() != State.STOPPED);
  }
}
