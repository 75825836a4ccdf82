package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.FaultReport;
import dev.tandem.demo.Sabotage;
import dev.tandem.demo.Trick;
import dev.tandem.demo.Workload;
import dev.tandem.run.Role;
import dev.tandem.running.Shop.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// Faults planted in the running shop while the program's processes are killed: the reconciler
/// finds every one as what it is, and nothing else.
public final class Faults {
  private Faults() {}

  /// Kills a process of a role, and starts it again.
  public interface Killer {
    void kill(Role role) throws Exception;
  }

  /// @param rate changes per second beside the shop's people
  /// @param kills of each of the roles
  public record Course(
      Size size, int faults, int rate, int kills, List<Role> roles, Duration time) {}

  /// Plants them, and looks at what was found. Both sides must be compared.
  public static void find(Shop shop, Killer killer, Course course, long seed) throws Exception {
    try (var sabotage = shop.sabotage(course.faults)) {
      long rate;
      try (var people = new Workload(shop::legacy, 2, Duration.ofMillis(20));
          var load = new ShopLoad(shop::legacy, course.rate, course.size)) {
        people.start();
        plant(killer, sabotage, course, new Random(seed));
        rate = load.rate();
      }
      // 1. Both sides stand at the end: what is not found now never will be. 2. What was found is
      // taken back or repaired. 3. Nothing new came of that.
      shop.awaitAtRest();
      awaitSettled(sabotage);
      shop.awaitAtRest();
      sabotage.follow();
      FaultReport report = sabotage.report();
      print(report, seed, rate);
      assertThat(report.missed()).as("missed, seed %d", seed).isEmpty();
      assertThat(report.wrong()).as("invented, seed %d", seed).isEmpty();
      assertThat(report.open()).as("open, seed %d", seed).isZero();
      assertThat(report.found()).isEqualTo(course.faults);
      assertThat(shop.compare().samples()).as("seed %d", seed).isEmpty();
    }
  }

  /// At random moments, in random order; the kills at random moments among them.
  private static void plant(Killer killer, Sabotage sabotage, Course course, Random random)
      throws Exception {
    var kills = kills(course, random);
    List<Trick> tricks = tricks(course.faults, random);
    long[] moments = random.longs(course.faults, 0, course.time.toNanos()).sorted().toArray();
    long begun = System.nanoTime();
    for (int fault = 0; fault < course.faults; fault++) {
      long left = moments[fault] - (System.nanoTime() - begun);
      if (left > 0) {
        Shop.rest(Duration.ofNanos(left));
      }
      for (Role role : kills.getOrDefault(fault, List.of())) {
        killer.kill(role);
      }
      sabotage.plant(tricks.get(fault));
      sabotage.follow();
    }
  }

  /// Of each as many as of any other.
  private static List<Trick> tricks(int faults, Random random) {
    List<Trick> each = List.of(Trick.values());
    var tricks = new ArrayList<Trick>();
    while (tricks.size() < faults) {
      tricks.addAll(each.subList(0, Math.min(each.size(), faults - tricks.size())));
    }
    Collections.shuffle(tricks, random);
    return tricks;
  }

  /// Who is killed before which fault.
  private static Map<Integer, List<Role>> kills(Course course, Random random) {
    var kills = new HashMap<Integer, List<Role>>();
    for (int kill = 0; kill < course.kills; kill++) {
      for (Role role : course.roles) {
        kills
            .computeIfAbsent(1 + random.nextInt(course.faults - 1), _ -> new ArrayList<>())
            .add(role);
      }
    }
    return kills;
  }

  /// Gives up after a while, so that the report can say what is missing.
  private static void awaitSettled(Sabotage sabotage) {
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(Integer.getInteger("tandem.patience", 7)))
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                sabotage.follow();
                return sabotage.isSettled();
              });
    } catch (ConditionTimeoutException _) {
      System.out.println("not settled in time: " + sabotage.standing());
    }
  }

  private static void print(FaultReport report, long seed, long rate) {
    System.out.printf(
        Locale.ROOT, "%nseed %d; %,d changes per second beside the shop's people%n", seed, rate);
    System.out.println(
        "kind             planted  found  another  invented  detection p50/p99 ms  closure p50/p99 ms");
    report.byKind().forEach((kind, counts) -> row(kind.name(), counts));
    row(
        "all",
        new FaultReport.Counts(
            report.planted(),
            report.found(),
            report.foundAsAnotherKind(),
            report.invented(),
            report.times()));
    report.missed().forEach(missed -> System.out.println("  missed: " + missed));
    report.wrong().forEach(wrong -> System.out.println("  invented: " + wrong));
  }

  private static void row(String name, FaultReport.Counts counts) {
    var detection = counts.times().detection();
    var closure = counts.times().closure();
    System.out.printf(
        Locale.ROOT,
        "%-15s  %7d  %5d  %7d  %8d  %9d / %8d  %8d / %8d%n",
        name,
        counts.planted(),
        counts.found(),
        counts.foundAsAnotherKind(),
        counts.invented(),
        detection.p50().toMillis(),
        detection.p99().toMillis(),
        closure.p50().toMillis(),
        closure.p99().toMillis());
  }
}
