package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Workload;
import dev.tandem.run.Role;
import dev.tandem.wire.Divergence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// No fault, and apply held, killed, throttled and moved to and fro under load: the ledger stays
/// empty, however far behind the target is.
final class Silence {
  private static final Duration HELD = Duration.ofSeconds(6);

  /// The session of apply lasts ten seconds.
  private static final Duration OUTLASTING = Duration.ofSeconds(15);

  private Silence() {}

  /// Disturbs apply for a while, and asks what was said. Both sides must be compared, and nothing
  /// found so far.
  ///
  /// @param rate changes per second beside the shop's people
  static void keep(ShopTrial trial, int rate, Duration time, long seed) throws Exception {
    try (var ledger = trial.shop().ledger()) {
      long before = trial.shop().compared();
      long made;
      int disturbances = 0;
      try (var people = new Workload(trial.shop()::legacy, 2, Duration.ofMillis(20));
          var load = new ShopLoad(trial.shop()::legacy, rate, trial.size())) {
        people.start();
        var random = new Random(seed);
        for (long begun = System.nanoTime(); System.nanoTime() - begun < time.toNanos(); ) {
          Disturbance.values()[disturbances % Disturbance.values().length].of(trial);
          disturbances++;
          Shop.rest(Duration.ofMillis(1_000 + random.nextInt(4_000)));
        }
        made = load.rate();
      }
      trial.shop().awaitAtRest();
      var events = new ArrayList<Divergence>();
      ledger.toEnd(entry -> events.add(entry.event()));
      System.out.printf(
          "seed %d: %d disturbances in %d s, %d changes per second beside the shop's people,"
              + " %d offsets compared, %d events%n",
          seed,
          disturbances,
          time.toSeconds(),
          made,
          trial.shop().compared() - before,
          events.size());
      assertThat(events.stream().map(Silence::named).toList()).as("seed %d", seed).isEmpty();
      assertThat(ledger.unreadable()).isZero();
      assertThat(trial.shop().compared() - before).as("compared").isPositive();
      assertThat(trial.shop().compare().samples()).as("seed %d", seed).isEmpty();
    }
  }

  static List<String> named(Divergence event) {
    return List.of(
        event.state() + " " + event.kind(), event.entity() + " " + event.key(), event.id());
  }

  /// What happens to apply.
  private enum Disturbance {
    HELD {
      @Override
      void of(ShopTrial trial) throws Exception {
        trial.role(Role.APPLY).hold();
        Shop.rest(Silence.HELD);
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
          Shop.rest(Duration.ofMillis(400));
          trial.role(Role.APPLY).letGo();
          Shop.rest(Duration.ofMillis(100));
        }
      }
    },
    /// A second one takes its share, and gives it back.
    MOVED {
      @Override
      void of(ShopTrial trial) throws Exception {
        try (var second = trial.another(Role.APPLY, "apply-2")) {
          Shop.rest(Duration.ofSeconds(12));
        }
      }
    },
    /// It is held for longer than its session lasts, so that a second one takes all of it; then it
    /// goes on in the middle of what it did.
    OUTLASTED {
      @Override
      void of(ShopTrial trial) throws Exception {
        try (var second = trial.another(Role.APPLY, "apply-3")) {
          Shop.rest(Duration.ofSeconds(8));
          trial.role(Role.APPLY).hold();
          Shop.rest(Silence.OUTLASTING);
          trial.role(Role.APPLY).letGo();
          Shop.rest(Duration.ofSeconds(8));
        }
      }
    };

    abstract void of(ShopTrial trial) throws Exception;
  }
}
