package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Workload;
import dev.tandem.run.Role;
import dev.tandem.running.ShopTrial.Size;
import dev.tandem.wire.Divergence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No fault, and apply held, killed, throttled and moved to and fro under load: the ledger stays
/// empty, however far behind the target is.
class SilenceTest {
  private static final Duration HELD = Duration.ofSeconds(6);

  @TempDir private Path directory;

  @Test
  void shouldSayNothingForAWhileThoughApplyIsHeldAndKilled() throws Exception {
    run(Size.SMALL, 300, Duration.ofSeconds(20));
  }

  @Test
  @Tag("nightly")
  void shouldSayNothingThoughApplyIsHeldKilledThrottledAndMoved() throws Exception {
    run(
        Size.WHOLE,
        Integer.getInteger("tandem.rate", 5_000),
        Duration.ofMinutes(Integer.getInteger("tandem.minutes", 30)));
  }

  @Test
  @Tag("nightly")
  void shouldSayNothingAndLoseNothingThoughTheBrokerIsAway() throws Exception {
    try (var trial = new ShopTrial(directory, Size.SMALL);
        var ledger = trial.ledger()) {
      trial.start();
      trial.awaitCompared();
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
      assertThat(events.stream().map(SilenceTest::named).toList()).isEmpty();
      assertThat(trial.compare().samples()).isEmpty();
    }
  }

  private void run(Size size, int rate, Duration time) throws Exception {
    long seed = Long.getLong("tandem.seed", System.nanoTime());
    try (var trial = new ShopTrial(directory, size);
        var ledger = trial.ledger()) {
      trial.start();
      trial.awaitCompared();
      long before = trial.compared();
      long made;
      int disturbances = 0;
      try (var people = new Workload(trial::legacy, 2, Duration.ofMillis(20));
          var load = new ShopLoad(trial::legacy, rate, size)) {
        people.start();
        var random = new Random(seed);
        for (long begun = System.nanoTime(); System.nanoTime() - begun < time.toNanos(); ) {
          Disturbance.values()[disturbances % Disturbance.values().length].of(trial);
          disturbances++;
          ShopTrial.rest(Duration.ofMillis(1_000 + random.nextInt(4_000)));
        }
        made = load.rate();
      }
      trial.awaitAtRest();
      var events = new ArrayList<Divergence>();
      ledger.toEnd(entry -> events.add(entry.event()));
      System.out.printf(
          "seed %d: %d disturbances in %d s, %d changes per second beside the shop's people,"
              + " %d offsets compared, %d events%n",
          seed, disturbances, time.toSeconds(), made, trial.compared() - before, events.size());
      assertThat(events.stream().map(SilenceTest::named).toList()).as("seed %d", seed).isEmpty();
      assertThat(ledger.unreadable()).isZero();
      assertThat(trial.compared() - before).as("compared").isPositive();
      assertThat(trial.compare().samples()).as("seed %d", seed).isEmpty();
    }
  }

  private static List<String> named(Divergence event) {
    return List.of(
        event.state() + " " + event.kind(), event.entity() + " " + event.key(), event.id());
  }

  /// What happens to apply.
  private enum Disturbance {
    HELD {
      @Override
      void of(ShopTrial trial) throws Exception {
        trial.role(Role.APPLY).hold();
        ShopTrial.rest(SilenceTest.HELD);
        trial.role(Role.APPLY).letGo();
      }
    },
    KILLED {
      @Override
      void of(ShopTrial trial) throws Exception {
        trial.role(Role.APPLY).kill();
      }
    },
    THROTTLED {
      @Override
      void of(ShopTrial trial) throws Exception {
        for (int turn = 0; turn < 10; turn++) {
          trial.role(Role.APPLY).hold();
          ShopTrial.rest(Duration.ofMillis(400));
          trial.role(Role.APPLY).letGo();
          ShopTrial.rest(Duration.ofMillis(100));
        }
      }
    },
    /// A second one takes its share, and gives it back.
    MOVED {
      @Override
      void of(ShopTrial trial) throws Exception {
        try (var second = trial.another(Role.APPLY, "apply-2")) {
          ShopTrial.rest(Duration.ofSeconds(12));
        }
      }
    };

    abstract void of(ShopTrial trial) throws Exception;
  }
}
