package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.chaos.ChaosRun.Load;
import dev.tandem.chaos.ChaosStage.Shape;
import dev.tandem.chaos.Fault.BrokerKilled;
import dev.tandem.chaos.Fault.Cut;
import dev.tandem.chaos.Fault.Doubled;
import dev.tandem.chaos.Fault.Held;
import dev.tandem.chaos.Fault.Killed;
import dev.tandem.chaos.Fault.StateLost;
import dev.tandem.chaos.Fault.StoreCrashed;
import dev.tandem.chaos.Fleet.Name;
import dev.tandem.chaos.Fleet.Party;
import dev.tandem.run.Role;
import dev.tandem.running.Faults;
import dev.tandem.running.Faults.Course;
import dev.tandem.running.Shop.Size;
import dev.tandem.running.ShopLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A fleet of real processes, a real broker and real stores under load, while everything that can
/// fail does: every guarantee is kept, and work goes on.
class ChaosTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /// Within this another member captures when the one that did is killed and nothing else is wrong.
  /// Asked of the long form, which runs alone; the short one runs beside other tests, and
  /// prints it.
  private static final Duration TAKEOVER = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final long seed = Long.getLong("tandem.seed", System.nanoTime());

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  /// However slow the machine is: a minute and a half on one that has nothing else to do.
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldKeepEveryGuaranteeThroughEachKindOfFaultAndFindAFewPlantedOnes() throws Exception {
    // Two of those that cost little.
    var members = Map.of(Role.CAPTURE, 2, Role.APPLY, 2);
    var shape = new Shape(members, 0, Size.SMALL, 1, false, 0);
    var plan =
        new FaultPlan(
            List.of(
                new Killed(new Name(Role.CAPTURE, 0), seconds(1)),
                new Killed(new Name(Role.APPLY, 0), seconds(0)),
                new StoreCrashed(Party.TARGET, seconds(0)),
                new Held(new Name(Role.TRANSLATE, 0), seconds(12)),
                new Cut(new Name(Role.APPLY, 1), Party.TARGET, Wire.State.RESET, seconds(1)),
                new Cut(new Name(Role.RECONCILE, 0), Party.KAFKA, Wire.State.SLOW, seconds(2)),
                new Killed(new Name(Role.SERVE, 0), seconds(0)),
                new BrokerKilled(seconds(0)),
                new StateLost(new Name(Role.RECONCILE, 1)),
                new StoreCrashed(Party.LEGACY, seconds(0)),
                new Cut(new Name(Role.SERVE, 0), Party.KAFKA, Wire.State.RESET, seconds(1)),
                new Doubled(new Name(Role.TRANSLATE, 1), seconds(0))));
    try (var stage = new ChaosStage(directory, shape)) {
      new ChaosRun(stage, new Load(Size.SMALL, 200, seconds(2))).keep(plan, seed);
      find(stage, new Course(Size.SMALL, 20, 200, 1, List.of(Role.RECONCILE), seconds(10)));
    }
  }

  /// Plants divergences, and finds each as what it is and no other; and of these, and of what
  /// cannot be applied or translated, nothing is told that is not for everybody.
  private void find(ChaosStage stage, Course course) throws Exception {
    Faults.find(
        stage.shop(),
        role -> stage.fleet().member(new Name(role, 0)).process().kill(),
        course,
        seed);
    Temptation.plant(stage.shop());
    assertThat(Discreet.on(stage).broken()).as("told too much, seed %d", seed).isEmpty();
  }

  @Test
  @Tag("nightly")
  void shouldKeepEveryGuaranteeForTwentyMinutesWithAFaultEveryTwentySeconds() throws Exception {
    int members = Integer.getInteger("tandem.members", 3);
    int every = Integer.getInteger("tandem.every", 20);
    int faults = Integer.getInteger("tandem.minutes", 20) * 60 / every;
    var size = Size.valueOf(System.getProperty("tandem.size", "WHOLE"));
    var shape =
        new Shape(
            Shape.each(members),
            Integer.getInteger("tandem.partitions", 12),
            size,
            Integer.getInteger("tandem.tiers", 4),
            true,
            Integer.getInteger("tandem.standbys", 1));
    try (var stage = new ChaosStage(directory, shape)) {
      int rate = Integer.getInteger("tandem.rate", 2_000);
      var kept =
          new ChaosRun(stage, new Load(size, rate, seconds(every)))
              .keep(FaultPlan.of(seed, members, faults), seed);
      assertThat(kept.takeovers().getOrDefault("capture killed", Duration.ZERO))
          .as("until capture went on, seed %d", seed)
          .isLessThan(TAKEOVER);
      int planted = Integer.getInteger("tandem.faults", 100);
      if (planted > 0) {
        find(stage, new Course(size, planted, rate, 1, Fleet.ROLES, seconds(120)));
      }
    }
  }

  /// What nothing but an operator heals, so that it ends a run.
  @Test
  @Tag("nightly")
  void shouldStopWithAFindingWhereATopicIsDeletedOrTheSlotDropped() throws Exception {
    var shape = new Shape(Shape.each(1), 0, Size.SMALL, 1, false, 0);
    try (var stage = new ChaosStage(directory, shape);
        var load = new ShopLoad(stage.shop()::legacy, 200, Size.SMALL);
        var progress =
            new Progress(
                stage.shop().migration(), Progress.OF_SHOP, stage.store(Party.TARGET)::connect)) {
      stage.broker().delete("shop.orders.contract");
      awaitFinding(stage, Role.TRANSLATE, "translate orders", "shop.orders.contract");
      awaitFinding(stage, Role.APPLY, "apply orders", "shop.orders.contract");
      var before = progress.of(Role.APPLY);
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> hasMoved("customers", before, progress.of(Role.APPLY)));
      stage.store(Party.LEGACY).dropSlot("tandem_shop");
      awaitFinding(stage, Role.CAPTURE, "capture", "tandem_shop");
      assertThat(load.rate()).isPositive();
    }
  }

  private static void awaitFinding(ChaosStage stage, Role role, String part, String named)
      throws Exception {
    var process = stage.fleet().member(new Name(role, 0)).process();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(seconds(1))
        .until(
            () ->
                process
                    .health()
                    .lines()
                    .anyMatch(it -> it.startsWith(part + ": stopped (") && it.contains(named)));
  }

  private static boolean hasMoved(String domain, Map<String, Long> before, Map<String, Long> now) {
    return now.entrySet().stream()
        .filter(it -> it.getKey().contains(domain))
        .allMatch(it -> it.getValue() > before.getOrDefault(it.getKey(), Long.MAX_VALUE));
  }
}
