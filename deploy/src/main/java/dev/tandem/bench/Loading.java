package dev.tandem.bench;

import dev.tandem.rebuild.Filling;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.rebuild.Rebuild.Mode;
import dev.tandem.run.Role;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.standing.StandingReader;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/// The whole of a table's rows: their initial load, and the target made again from the contract.
final class Loading {
  private static final Duration CLEANING = Duration.ofMinutes(1);

  private final Trial trial;

  Loading(Trial trial) {
    this.trial = trial;
  }

  /// The sweep alone; what it left is taken away again.
  void sweep() throws Exception {
    trial.measure(
        Work.of(
            Subject.whole(trial.load(), "sweep into the outbox"),
            trial.rows(),
            Role.CAPTURE,
            Meters.SWEPT),
        trial::isSwept);
    trial.forget();
  }

  void whole() throws Exception {
    trial.measure(
        new Work(
            Subject.whole(trial.load(), "initial load, sweep to target"),
            trial.rows(),
            Pipeline.CARRYING,
            new Work.Count(Meters.SWEPT, trial.rows()),
            new Work.Count(Meters.APPLIED, trial.entities())),
        trial::isLoaded);
  }

  void unmeasured() throws Exception {
    trial.pipeline().run("initial load", Pipeline.CARRYING, trial::isLoaded);
  }

  /// The target made again beside the live one, by apply alone.
  void rebuild() throws Exception {
    var migration = trial.migration();
    var domain = trial.domain();
    var rebuild = new Rebuild(migration.site(), domain, new Actor("bench", "to measure it"));
    rebuild.start(new Filling.FromContract(), Set.of(), Mode.RUN);
    var standing = new StandingReader(migration, domain, Clock.systemUTC());
    trial.measure(
        Work.of(
            Subject.step(trial.load(), "rebuild from the contract topic"),
            trial.rows(),
            Role.APPLY,
            Meters.APPLIED),
        () -> standing.read().generations().getLast().behind() == 0);
    rebuild.cancel();
    rebuild.removal().run(CLEANING);
  }
}
