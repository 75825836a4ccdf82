package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.chaos.ChaosRun.Load;
import dev.tandem.chaos.ChaosStage.Shape;
import dev.tandem.chaos.Fault.Restarted;
import dev.tandem.chaos.Fleet.Name;
import dev.tandem.run.Role;
import dev.tandem.running.Shop.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every member of a fleet is ended and started again, one after the other, each when the one
/// before is ready, as an upgrade does it.
class RollingRestartTest {
  @TempDir private Path directory;

  @Test
  @Tag("nightly")
  void shouldKeepEveryGuaranteeAndStandStillForSecondsAtMost() throws Exception {
    int members = Integer.getInteger("tandem.members", 2);
    var restarts = new ArrayList<Fault>();
    for (Role role : Fleet.ALL) {
      for (int number = 0; number < members; number++) {
        restarts.add(new Restarted(new Name(role, number)));
      }
    }
    int standbys = Integer.getInteger("tandem.standbys", 1);
    var shape = new Shape(Shape.each(members), 0, Size.SMALL, 4, false, standbys);
    try (var stage = new ChaosStage(directory, shape)) {
      var load =
          new Load(Size.SMALL, Integer.getInteger("tandem.rate", 300), Duration.ofSeconds(20));
      var kept = new ChaosRun(stage, load).keep(new FaultPlan(restarts), 0);
      assertThat(kept.still().values())
          .allSatisfy(
              time ->
                  assertThat(time)
                      .isLessThan(Duration.ofSeconds(Integer.getInteger("tandem.pause", 15))));
    }
  }
}
