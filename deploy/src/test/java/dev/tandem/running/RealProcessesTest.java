package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Workload;
import dev.tandem.run.Role;
import dev.tandem.running.Faults.Course;
import dev.tandem.running.ShopTrial.Size;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.LagReport.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    trial.awaitCompared();
    return trial;
  }

  @Test
  void shouldSayNothingForAWhileAndThenFindAFewFaults() throws Exception {
    try (var trial = compared(Size.SMALL)) {
      Silence.keep(trial, 300, Duration.ofSeconds(15), seed);
      Faults.find(
          trial,
          new Course(Size.SMALL, 20, 200, 1, List.of(Role.RECONCILE), Duration.ofSeconds(15)),
          seed);
    }
  }

  @Test
  @Tag("nightly")
  void shouldSayWhatStandsStillAndCallNothingIdleThen() throws Exception {
    try (var trial = compared(Size.SMALL)) {
      trial.awaitAtRest();
      trial.role(Role.CAPTURE).hold();
      trial.awaitStopped(Stage.CAPTURE);
      trial.role(Role.CAPTURE).letGo();
      trial.awaitAtRest();
      for (Role role : List.of(Role.TRANSLATE, Role.APPLY)) {
        trial.role(role).hold();
        trial.touch();
        trial.awaitStopped(Stage.valueOf(role.name()));
        trial.role(role).letGo();
        trial.awaitAtRest();
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
          trial,
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

  @Test
  @Tag("nightly")
  void shouldSayNothingAndLoseNothingThoughTheBrokerIsAway() throws Exception {
    try (var trial = compared(Size.SMALL);
        var ledger = trial.ledger()) {
      try (var people = new Workload(trial::legacy, 2, Duration.ofMillis(20));
          var load = new ShopLoad(trial::legacy, 300, Size.SMALL)) {
        people.start();
        ShopTrial.rest(Duration.ofSeconds(5));
        trial.brokerAway(Duration.ofSeconds(60));
        ShopTrial.rest(Duration.ofSeconds(10));
      }
      trial.awaitAtRest();
      var events = new ArrayList<Divergence>();
      ledger.toEnd(entry -> events.add(entry.event()));
      assertThat(events.stream().map(Silence::named).toList()).isEmpty();
      assertThat(trial.compare().samples()).isEmpty();
    }
  }
}
