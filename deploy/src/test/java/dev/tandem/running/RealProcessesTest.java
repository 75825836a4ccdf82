package dev.tandem.running;

import dev.tandem.run.Role;
import dev.tandem.running.Faults.Course;
import dev.tandem.running.Shop.Size;
import dev.tandem.wire.LagReport.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program's roles as processes of their own, while people use the shop. Whoever is slow,
/// killed or away: nothing is said where nothing is wrong, and all that is wrong is said.
class RealProcessesTest {
  private static final int RATE = Integer.getInteger("tandem.rate", 5_000);

  @TempDir private Path directory;
  private final long seed = Long.getLong("tandem.seed", System.nanoTime());

  private ShopTrial compared(Size size) throws Exception {
    var trial = new ShopTrial(directory, size);
    trial.start();
    trial.shop().awaitCompared();
    return trial;
  }

  @Test
  @Tag("nightly")
  void shouldSayWhatStandsStillAndCallNothingIdleThen() throws Exception {
    try (var trial = compared(Size.SMALL)) {
      trial.shop().awaitAtRest();
      trial.role(Role.CAPTURE).hold();
      trial.shop().awaitStopped(Stage.CAPTURE);
      trial.role(Role.CAPTURE).letGo();
      trial.shop().awaitAtRest();
      for (Role role : List.of(Role.TRANSLATE, Role.APPLY)) {
        trial.role(role).hold();
        trial.shop().touch();
        trial.shop().awaitStopped(Stage.valueOf(role.name()));
        trial.role(role).letGo();
        trial.shop().awaitAtRest();
      }
    }
  }

  @Test
  @Tag("nightly")
  void shouldSayNothingThoughApplyIsHeldKilledThrottledAndMoved() throws Exception {
    try (var trial = compared(Size.WHOLE)) {
      var time = Duration.ofMinutes(Integer.getInteger("tandem.minutes", 30));
      Silence.keep(trial, RATE, time, seed);
    }
  }

  @Test
  @Tag("nightly")
  void shouldFindEveryFaultThoughEveryRoleIsKilled() throws Exception {
    try (var trial = compared(Size.WHOLE)) {
      Faults.find(
          trial.shop(),
          role -> trial.role(role).kill(),
          new Course(
              Size.WHOLE,
              Integer.getInteger("tandem.faults", 500),
              RATE,
              Integer.getInteger("tandem.kills", 3),
              List.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY, Role.RECONCILE),
              Duration.ofSeconds(Integer.getInteger("tandem.seconds", 300))),
          seed);
    }
  }
}
