package dev.tandem.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What makes a process live and ready: one named part each, asked when somebody asks. Thread-safe.
///
/// Ready: every part is READY or DONE.
///
/// Live: the process can still do something useful, or a restart would not help it.
/// 1. A DEAD part makes it not live: nothing but a restart brings a thread back.
/// 2. A FAILED part makes it not live only where no other part does anything useful any more (is
///    READY, or WAITING): a restart may heal what failed, but what works is not interrupted for it.
/// 3. A STOPPED part never does: it stopped on purpose, and would stop again after each restart.
public final class Health {
  /// How a part is.
  public enum State {
    /// Does its work.
    READY,
    /// Has done its work, and has no other.
    DONE,
    /// Not yet, or waiting for something that is away; it will go on by itself.
    WAITING,
    /// Has stopped on purpose, with a finding that somebody has to deal with.
    STOPPED,
    /// Was stopped by an error that nobody foresaw, which a restart may heal.
    FAILED,
    /// A thread of it has ended without a word.
    DEAD
  }

  /// How a part is, and why.
  ///
  /// @param reason empty where there is nothing to say; without secrets and row values
  public record Condition(State state, String reason) {
    public static final Condition READY = new Condition(State.READY, "");
    public static final Condition DONE = new Condition(State.DONE, "");

    public static Condition waiting(String reason) {
      return new Condition(State.WAITING, reason);
    }

    public static Condition stopped(String reason) {
      return new Condition(State.STOPPED, reason);
    }

    public static Condition failed(String reason) {
      return new Condition(State.FAILED, reason);
    }

    public static Condition dead(String reason) {
      return new Condition(State.DEAD, reason);
    }

    private String word() {
      return state.name().toLowerCase(Locale.ROOT);
    }

    private String words() {
      return reason.isBlank() ? word() : word() + " (" + reason.strip().replace('\n', ' ') + ")";
    }
  }

  private final Map<String, Supplier<Condition>> parts = new LinkedHashMap<>();
  private @Nullable PartGauges gauges;

  public synchronized void add(String part, Supplier<Condition> condition) {
    parts.put(part, condition);
    if (gauges != null) {
      gauges.add(part, condition);
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
    return lines(Condition::word);
  }

  /// The same, with the reason in brackets where there is one.
  public synchronized List<String> explained() {
    return lines(Condition::words);
  }

  private List<String> lines(Function<Condition, String> words) {
    var lines = new ArrayList<String>();
    parts.forEach((part, condition) -> lines.add(part + ": " + words.apply(condition.get())));
    return lines;
  }

  /// Whether it does all that it is there for; not before anything was begun.
  public synchronized boolean isReady() {
    return !parts.isEmpty()
        && parts.values().stream()
            .map(condition -> condition.get().state())
            .allMatch(state -> state == State.READY || state == State.DONE);
  }

  /// See the rule above.
  public synchronized boolean isLive() {
    var states = parts.values().stream().map(condition -> condition.get().state()).toList();
    Predicate<State> useful = state -> state == State.READY || state == State.WAITING;
    return !states.contains(State.DEAD)
        && (!states.contains(State.FAILED) || states.stream().anyMatch(useful));
  }
}
