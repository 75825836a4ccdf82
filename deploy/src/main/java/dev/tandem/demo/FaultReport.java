package dev.tandem.demo;

import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was planted against what the ledger says, by the rule:
///
/// - a fault is found if a divergence of its entity was opened as the kind that the trick has;
/// - it is found as another kind if one was opened, as another;
/// - any other divergence is invented: of an entity without a fault, or a second one of an entity.
///
/// @param open divergences that are not closed
/// @param missed the faults that were not found, or as another kind; without contents
/// @param wrong what was invented; without contents
public record FaultReport(
    Map<Kind, Counts> byKind, int open, Times times, List<String> missed, List<String> wrong) {
  /// @param invented divergences opened as this kind
  public record Counts(int planted, int found, int foundAsAnotherKind, int invented, Times times) {}

  /// @param detection from when it could first be known to the opening
  /// @param closure from the opening to the closing
  public record Times(Percentiles detection, Percentiles closure) {}

  /// Zero if nothing was measured.
  public record Percentiles(Duration p50, Duration p99) {
    public static Percentiles of(Collection<Duration> times) {
      List<Duration> sorted = times.stream().sorted().toList();
      return new Percentiles(at(sorted, 0.5), at(sorted, 0.99));
    }

    private static Duration at(List<Duration> sorted, double share) {
      return sorted.isEmpty()
          ? Duration.ZERO
          : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
  }

  public int planted() {
    return byKind.values().stream().mapToInt(Counts::planted).sum();
  }

  public int found() {
    return byKind.values().stream().mapToInt(Counts::found).sum();
  }

  public int foundAsAnotherKind() {
    return byKind.values().stream().mapToInt(Counts::foundAsAnotherKind).sum();
  }

  public int invented() {
    return byKind.values().stream().mapToInt(Counts::invented).sum();
  }

  /// Whether everything planted was found as what it is, nothing was invented, and all is closed.
  public boolean isRight() {
    return found() == planted() && invented() == 0 && open == 0;
  }

  /// @param known when a fault could first be known, where that was later than its planting
  /// @param events of the ledger, in the order of each divergence
  static FaultReport of(
      List<Fault> faults, Map<Integer, Instant> known, Collection<Divergence> events) {
    return new Comparing(faults, known, events).report();
  }

  /// The life of one divergence.
  private record Life(Divergence opened, @Nullable Divergence closed) {
    Life closedBy(Divergence event) {
      return new Life(opened, event);
    }
  }

  private record Named(String entity, String key) {}

  private static final class Comparing {
    private final List<Fault> faults;
    private final Map<Integer, Instant> known;
    private final Map<String, Life> lives = new LinkedHashMap<>();
    private final Map<Named, Life> first = new HashMap<>();
    private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    private final List<String> missed = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    Comparing(List<Fault> faults, Map<Integer, Instant> known, Collection<Divergence> events) {
      this.faults = faults;
      this.known = known;
      for (Divergence event : events) {
        if (event.state() == State.OPENED) {
          lives.putIfAbsent(event.id(), new Life(event, null));
        } else if (event.state() == State.CLOSED) {
          lives.computeIfPresent(event.id(), (_, life) -> life.closedBy(event));
        }
      }
      lives.values().forEach(life -> first.putIfAbsent(named(life.opened), life));
    }

    FaultReport report() {
      for (Fault fault : faults) {
        Life life = first.remove(new Named(fault.trick().entity(), fault.key()));
        if (life != null) {
          lives.remove(life.opened.id());
        }
        tally(fault.trick().kind()).take(fault, life);
      }
      for (Life life : lives.values()) {
        tally(life.opened.kind()).invented++;
        wrong.add(life.opened.kind() + " " + named(life.opened) + " " + life.opened.id());
      }
      var counts = new EnumMap<Kind, Counts>(Kind.class);
      tallies.forEach((kind, tally) -> counts.put(kind, tally.counts()));
      var all = new Tally();
      tallies.values().forEach(all::addTimes);
      return new FaultReport(counts, open(), all.times(), missed, wrong);
    }

    private int open() {
      return (int) lives.values().stream().filter(life -> life.closed == null).count()
          + tallies.values().stream().mapToInt(tally -> tally.open).sum();
    }

    private Tally tally(Kind kind) {
      return tallies.computeIfAbsent(kind, _ -> new Tally());
    }

    private static Named named(Divergence event) {
      return new Named(event.entity(), event.key().isEmpty() ? "" : event.key().getFirst().value());
    }

    private final class Tally {
      private int planted;
      private int found;
      private int another;
      private int invented;
      private int open;
      private final List<Duration> detection = new ArrayList<>();
      private final List<Duration> closure = new ArrayList<>();

      void take(Fault fault, @Nullable Life life) {
        planted++;
        if (life == null) {
          missed.add(fault.text() + ": not found");
          return;
        }
        if (life.opened.kind() == fault.trick().kind()) {
          found++;
        } else {
          another++;
          missed.add(fault.text() + ": found as " + life.opened.kind());
        }
        Instant since = known.getOrDefault(fault.id(), fault.plantedAt());
        detection.add(between(since, at(life.opened)));
        if (life.closed == null) {
          open++;
        } else {
          closure.add(between(at(life.opened), at(life.closed)));
        }
      }

      void addTimes(Tally other) {
        detection.addAll(other.detection);
        closure.addAll(other.closure);
      }

      Times times() {
        return new Times(Percentiles.of(detection), Percentiles.of(closure));
      }

      Counts counts() {
        return new Counts(planted, found, another, invented, times());
      }
    }

    /// Two clocks can put the answer before the question.
    private static Duration between(Instant from, Instant to) {
      var time = Duration.between(from, to);
      return time.isNegative() ? Duration.ZERO : time;
    }

    private static Instant at(Divergence event) {
      return Instant.EPOCH.plus(event.context().at(), ChronoUnit.MICROS);
    }
  }
}
