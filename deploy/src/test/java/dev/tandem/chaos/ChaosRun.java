package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Workload;
import dev.tandem.run.Role;
import dev.tandem.running.Shop;
import dev.tandem.running.ShopLoad;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// Faults in a fleet under load, and every guarantee asked for afterwards.
final class ChaosRun {
  /// Longer than any session, and than a hung connection is waited for.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /// Within this whoever serves is there again.
  private static final Duration WELL = Duration.ofMinutes(2);

  private final ChaosStage stage;
  private final Load load;
  private final long begun = System.nanoTime();
  private final OrderPerKey order;
  private final Map<String, Witness> witnesses = new LinkedHashMap<>();

  /// @param rate changes per second beside the shop's people
  /// @param every at most so often a fault begins
  record Load(Shop.Size size, int rate, Duration every) {}

  /// What a run came to in which every guarantee was kept.
  ///
  /// @param still for how long each role stood still at most under the load
  /// @param takeovers for each kind of fault, how long it took at most until work went on
  record Kept(Map<Role, Duration> still, Map<String, Duration> takeovers) {}

  /// Both sides must be compared, and nothing told so far.
  ChaosRun(ChaosStage stage, Load load) {
    this.stage = stage;
    this.load = load;
    Shop shop = stage.shop();
    order = new OrderPerKey(shop::legacy, shop::target);
    witnesses.put("both stores are equal", new EqualStores(shop::legacy, shop::target));
    witnesses.put("no effect twice, order per key", order);
    witnesses.put("captured once, in order", new SoundTopics(shop.migration()));
    witnesses.put("nothing is told where nothing is wrong", new Silent(shop));
    witnesses.put("operators are answered", new Serving(stage.fleet()::desks, WELL));
    witnesses.put("nothing is told that is not for everybody", Discreet.on(stage));
  }

  /// Lets the plan happen, and asks.
  ///
  /// @param seed for what is said
  Kept keep(FaultPlan plan, long seed) throws Exception {
    Shop shop = stage.shop();
    shop.awaitAtRest();
    order.install();
    try (var progress =
            new Progress(
                shop.migration(), Progress.OF_SHOP, stage.store(Fleet.Party.TARGET)::connect);
        var seen =
            new Progress(
                shop.migration(), Progress.OF_SHOP, stage.store(Fleet.Party.TARGET)::connect);
        var takeovers = new Takeovers(progress::of)) {
      takeovers.start();
      var still = new Standstill(seen::of);
      long made;
      try (var people = new Workload(shop::legacy, 2, Duration.ofMillis(20));
          var changes = new ShopLoad(shop::legacy, load.rate, load.size);
          still) {
        people.start();
        still.start();
        for (Fault fault : plan.faults()) {
          happen(fault, takeovers);
        }
        awaitOver(takeovers);
        made = changes.rate();
      }
      say("the load has ended, " + made + " changes per second beside the shop's people");
      shop.awaitAtRest();
      say("at rest");
      System.out.println("seed " + seed + "\n" + takeovers.table() + "\n" + still.table());
      Map<String, List<String>> broken = ask();
      assertThat(broken.values()).as("seed %d: %s", seed, broken).allMatch(List::isEmpty);
      assertThat(stage.fleet().unwell()).as("seed %d", seed).isEmpty();
      assertThat(takeovers.isOver()).as("seed %d: did not go on", seed).isTrue();
      order.remove();
      return new Kept(still.longest(), takeovers.longest());
    }
  }

  private void happen(Fault fault, Takeovers takeovers) throws Exception {
    long started = System.nanoTime();
    say(fault.toString());
    fault.happen(stage, () -> takeovers.begin(fault.kind(), fault.halts()));
    long left = load.every.toNanos() - (System.nanoTime() - started);
    if (left > 0) {
      Shop.rest(Duration.ofNanos(left));
    }
  }

  private void awaitOver(Takeovers takeovers) {
    try {
      Awaitility.await().atMost(PATIENCE).until(takeovers::isOver);
    } catch (ConditionTimeoutException late) {
      say("not everything has gone on");
    }
  }

  private Map<String, List<String>> ask() throws Exception {
    var broken = new LinkedHashMap<String, List<String>>();
    for (var witness : witnesses.entrySet()) {
      List<String> said = witness.getValue().broken();
      System.out.println(witness.getKey() + ": " + (said.isEmpty() ? "kept" : "BROKEN"));
      broken.put(witness.getKey(), said);
    }
    return broken;
  }

  private void say(String line) {
    System.out.printf(Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - begun) / 1e9, line);
  }
}
