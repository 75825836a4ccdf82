package dev.tandem.chaos;

import dev.tandem.demo.FaultReport.Percentiles;
import dev.tandem.run.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BinaryOperator;

/// How long it takes after a fault until work goes on: from its beginning until each partition of
/// the roles that it may bring to a halt has moved. It has moved if it is further than where it was
/// first seen after the beginning. There must be changes in each of them all the time.
/// Thread-safe.
final class Takeovers implements AutoCloseable {
  private static final long EVERY = 100_000_000;

  private final Source source;
  private final List<Watch> watches = new ArrayList<>();
  private final Map<String, List<Duration>> over = new TreeMap<>();

  /// The longest of each kind, of those that began when none of its roles was waited for.
  private final Map<String, Duration> longest = new TreeMap<>();

  private final Thread thread = Thread.ofPlatform().name("takeovers").unstarted(this::follow);
  private volatile boolean stopping;

  /// How far a role is, by partition; any exception means that nobody knows now.
  interface Source {
    Map<String, Long> of(Role role) throws Exception;
  }

  /// One fault, as far as work has not gone on since.
  private static final class Watch {
    private final String kind;
    private final long begun;
    private final boolean alone;
    private final Set<Role> waiting;
    private final Map<Role, Map<String, Long>> first = new EnumMap<>(Role.class);
    private final Map<Role, Set<String>> moved = new EnumMap<>(Role.class);

    Watch(String kind, Set<Role> roles, boolean alone) {
      this.kind = kind;
      this.begun = System.nanoTime();
      this.alone = alone;
      this.waiting = new HashSet<>(roles);
    }

    /// @return whether all has moved
    boolean takes(Role role, Map<String, Long> now) {
      Map<String, Long> before = first.computeIfAbsent(role, _ -> new HashMap<>());
      Set<String> gone = moved.computeIfAbsent(role, _ -> new HashSet<>());
      now.forEach(
          (partition, at) -> {
            if (at > before.computeIfAbsent(partition, _ -> at)) {
              gone.add(partition);
            }
          });
      if (!now.isEmpty() && gone.size() == before.size()) {
        waiting.remove(role);
      }
      return waiting.isEmpty();
    }
  }

  Takeovers(Source source) {
    this.source = source;
  }

  void start() {
    thread.start();
  }

  /// A fault begins now.
  ///
  /// @param roles that it may bring to a halt; where it may halt none, there is nothing to measure
  synchronized void begin(String kind, Set<Role> roles) {
    if (!roles.isEmpty()) {
      boolean alone = watches.stream().allMatch(it -> Collections.disjoint(it.waiting, roles));
      watches.add(new Watch(kind, roles, alone));
    }
  }

  /// Whether work has gone on after every fault.
  synchronized boolean isOver() {
    return watches.isEmpty();
  }

  private void follow() {
    while (!stopping) {
      look();
      LockSupport.parkNanos(EVERY);
    }
  }

  /// Looks once where everybody is.
  void look() {
    for (Role role : waited()) {
      long asked = System.nanoTime();
      try {
        Map<String, Long> now = source.of(role);
        take(role, now, asked);
      } catch (Exception unknown) {
        // Who knows is away, as a part of some faults; asked again soon.
        LockSupport.parkNanos(EVERY);
      }
    }
  }

  private synchronized Set<Role> waited() {
    var roles = new HashSet<Role>();
    watches.forEach(watch -> roles.addAll(watch.waiting));
    return roles;
  }

  /// What was asked before a fault says nothing of the time after it.
  private synchronized void take(Role role, Map<String, Long> now, long asked) {
    long seen = System.nanoTime();
    for (Watch watch : List.copyOf(watches)) {
      if (watch.waiting.contains(role) && asked > watch.begun && watch.takes(role, now)) {
        watches.remove(watch);
        var time = Duration.ofNanos(seen - watch.begun);
        over.computeIfAbsent(watch.kind, _ -> new ArrayList<>()).add(time);
        if (watch.alone) {
          longest.merge(watch.kind, time, BinaryOperator.maxBy(Comparator.naturalOrder()));
        }
      }
    }
  }

  /// How long it took at most after each kind of fault, of those that began when work had gone on
  /// after all before in the same roles: else the time would be that of another one, too.
  synchronized Map<String, Duration> longest() {
    return Map.copyOf(longest);
  }

  /// One line for each kind of fault, and one for all.
  synchronized String table() {
    var text =
        new StringBuilder(
            "fault                               times  went on after p50 / p99 / max s\n");
    over.forEach((kind, times) -> row(text, kind, times));
    row(text, "all", over.values().stream().flatMap(Collection::stream).toList());
    watches.forEach(watch -> text.append("  did not go on: ").append(watch.kind).append('\n'));
    return text.toString();
  }

  private static void row(StringBuilder text, String kind, List<Duration> times) {
    var percentiles = Percentiles.of(times);
    Duration max = times.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    text.append(
        String.format(
            Locale.ROOT,
            "%-34s  %5d  %11.1f / %5.1f / %5.1f%n",
            kind,
            times.size(),
            seconds(percentiles.p50()),
            seconds(percentiles.p99()),
            seconds(max)));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join();
  }
}
