package dev.tandem.chaos;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A fleet of real processes, a real broker and real stores under load, while everything that can
/// fail does: every guarantee is kept, and work goes on.
class ChaosTest {
  @TempDir private Path directory;
  private final long seed = Long.getLong("tandem.seed", System.nanoTime());

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void shouldKeepEveryGuaranteeThroughEachKindOfFaultAndFindAFewPlantedOnes() throws Exception {
    var shape = new Shape(Integer.getInteger("tandem.members", 2), 0, Size.SMALL, 1, false);
    var plan =
        new FaultPlan(
            List.of(
                new Killed(new Name(Role.CAPTURE, 0), seconds(1)),
                new Killed(new Name(Role.APPLY, 0), seconds(0)),
                new StoreCrashed(Party.TARGET, seconds(0)),
                new Held(new Name(Role.TRANSLATE, 0), seconds(12)),
                new Cut(new Name(Role.APPLY, 1), Party.TARGET, Wire.State.RESET, seconds(1)),
                new Cut(new Name(Role.RECONCILE, 0), Party.KAFKA, Wire.State.SLOW, seconds(2)),
                new BrokerKilled(seconds(0)),
                new StateLost(new Name(Role.RECONCILE, 1)),
                new StoreCrashed(Party.LEGACY, seconds(0)),
                new Doubled(new Name(Role.TRANSLATE, 1), seconds(0))));
    try (var stage = new ChaosStage(directory, shape)) {
      new ChaosRun(stage, new Load(Size.SMALL, 300, seconds(2))).keep(plan, seed);
      find(stage, new Course(Size.SMALL, 20, 200, 1, List.of(Role.RECONCILE), seconds(10)));
    }
  }

  /// Plants divergences, and finds each as what it is and no other.
  private void find(ChaosStage stage, Course course) throws Exception {
    Faults.find(
        stage.shop(),
        role -> stage.fleet().member(new Name(role, 0)).process().kill(),
        course,
        seed);
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
            members,
            Integer.getInteger("tandem.partitions", 12),
            size,
            Integer.getInteger("tandem.tiers", 4),
            true);
    try (var stage = new ChaosStage(directory, shape)) {
      int rate = Integer.getInteger("tandem.rate", 2_000);
      new ChaosRun(stage, new Load(size, rate, seconds(every)))
          .keep(FaultPlan.of(seed, members, faults), seed);
      int planted = Integer.getInteger("tandem.faults", 100);
      find(stage, new Course(size, planted, rate, 1, Fleet.ROLES, seconds(120)));
    }
  }
}
