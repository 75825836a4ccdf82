package dev.tandem.reconcile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One partition, four keys: a legacy history becomes an outbox, an applier writes it to the target
/// in coalescing batches, a reconciler reads both logs in an arbitrary interleaving and judges at a
/// position.
final class VerdictSimulation {
  private static final int KEYS = 4;

  /// Where a rule lets two sides be compared.
  interface Rule {
    void readTo(long offset);

    void observed(long watermark);

    long position();
  }

  private record Change(long offset, int key, @Nullable String value) {}

  /// @param watermark null for a foreign writer's transaction
  private record Commit(@Nullable Long watermark, Map<Integer, @Nullable String> rows) {}

  private record Observed(@Nullable String value, long watermark) {}

  /// How a run ended.
  record Outcome(int alarms, Set<Integer> open, Set<Integer> different) {}

  private final Random random;
  private final Rule rule;
  private final ArrayDeque<Change> outbox = new ArrayDeque<>();
  private final ArrayDeque<Commit> log = new ArrayDeque<>();
  private final Set<Integer> different = new HashSet<>();
  private final List<List<Change>> expected = new ArrayList<>();
  private final List<Observed> seen = new ArrayList<>();
  private final Set<Integer> dirty = new HashSet<>();
  private final Set<Integer> open = new HashSet<>();
  private long newest;
  private long judged;
  private int alarms;

  VerdictSimulation(long seed, Rule rule, double faults) {
    this.random = new Random(seed);
    this.rule = rule;
    for (int key = 0; key < KEYS; key++) {
      expected.add(new ArrayList<>(List.of(new Change(0, key, null))));
      seen.add(new Observed(null, 0));
    }
    histories(faults);
  }

  private @Nullable String pick(String other) {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> "A";
      case 2 -> "B";
      default -> other;
    };
  }

  private void histories(double faults) {
    Map<Integer, @Nullable String> legacy = new HashMap<>();
    Map<Integer, @Nullable String> target = new HashMap<>();
    int changes = 9 + random.nextInt(50);
    for (long offset = 1; offset <= changes; offset++) {
      int key = random.nextInt(KEYS);
      String value = pick("C");
      legacy.put(key, value);
      outbox.add(new Change(offset, key, value));
    }
    var rest = new ArrayDeque<>(outbox);
    while (!rest.isEmpty()) {
      if (random.nextDouble() < faults) {
        foreign(target);
        continue;
      }
      apply(rest, target, faults);
    }
    for (int key = 0; key < KEYS; key++) {
      if (!Objects.equals(legacy.get(key), target.get(key))) {
        different.add(key);
      }
    }
  }

  private void foreign(Map<Integer, @Nullable String> target) {
    int key = random.nextInt(KEYS);
    String value = pick("X");
    if (!Objects.equals(target.get(key), value)) {
      target.put(key, value);
      var rows = new LinkedHashMap<Integer, @Nullable String>();
      rows.put(key, value);
      log.add(new Commit(null, rows));
    }
  }

  private void apply(
      ArrayDeque<Change> rest, Map<Integer, @Nullable String> target, double faults) {
    var collapsed = new LinkedHashMap<Integer, @Nullable String>();
    long watermark = 0;
    for (int size = 1 + random.nextInt(6); size > 0 && !rest.isEmpty(); size--) {
      Change change = rest.remove();
      collapsed.put(change.key, change.value);
      watermark = change.offset;
    }
    var rows = new LinkedHashMap<Integer, @Nullable String>();
    collapsed.forEach(
        (key, value) -> {
          boolean nothingToDo = Objects.equals(target.get(key), value) && random.nextBoolean();
          boolean lost = random.nextDouble() < faults / 1.5;
          if (!nothingToDo && !lost) {
            target.put(key, value);
            rows.put(key, value);
          }
        });
    log.add(new Commit(watermark, rows));
  }

  Outcome run() {
    double pace = 0.1 + 0.2 * random.nextInt(5);
    while (!outbox.isEmpty() || !log.isEmpty()) {
      if (!outbox.isEmpty() && (log.isEmpty() || random.nextDouble() < pace)) {
        Change change = outbox.remove();
        expected.get(change.key).add(change);
        rule.readTo(change.offset);
      } else {
        Commit commit = log.remove();
        if (commit.watermark != null) {
          newest = commit.watermark;
          rule.observed(newest);
        }
        commit.rows.forEach(
            (key, value) -> {
              seen.set(key, new Observed(value, newest));
              dirty.add(key);
            });
      }
      judge();
    }
    return new Outcome(alarms, open, different);
  }

  private void judge() {
    long before = judged;
    judged = Math.max(judged, rule.position());
    for (int key = 0; key < KEYS; key++) {
      boolean moved =
          expected.get(key).stream().anyMatch(c -> before < c.offset && c.offset <= judged);
      if (moved || dirty.contains(key)) {
        if (seen.get(key).watermark > judged) {
          dirty.add(key);
        } else {
          dirty.remove(key);
          judge(key);
        }
      }
    }
  }

  private void judge(int key) {
    Change last =
        expected.get(key).stream()
            .filter(c -> c.offset <= judged)
            .reduce((_, c) -> c)
            .orElseThrow();
    if (Objects.equals(last.value, seen.get(key).value)) {
      open.remove(key);
    } else if (open.add(key)) {
      alarms++;
    }
  }
}
