package dev.tandem.run;

import dev.tandem.apply.ApplyListener;
import dev.tandem.apply.ApplyRunner;
import dev.tandem.apply.ApplySettings;
import dev.tandem.apply.KafkaDeadLetters;
import dev.tandem.jobs.GenerationGate;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.Registry;
import java.time.Clock;

/// Who applies a generation, and where its dead letters go: it comes and goes with every trial.
record Applying(ApplyRunner runner, KafkaDeadLetters deadLetters) implements AutoCloseable {
  static Applying start(
      Migration migration, Registry registry, DomainPlan domain, ApplyListener listener) {
    var deadLetters = new KafkaDeadLetters(migration.kafka().clients(), registry, domain.topics());
    try {
      var surroundings =
          new ApplyRunner.Surroundings(
              migration.stores().target()::connect,
              registry,
              deadLetters,
              listener,
              Clock.systemUTC(),
              new GenerationGate(migration, domain.name(), domain.generation()));
      var runner =
          new ApplyRunner(domain, ApplySettings.of(migration.kafka().clients()), surroundings);
      return new Applying(runner.start(), deadLetters);
    } catch (RuntimeException e) {
      deadLetters.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try (deadLetters) {
      runner.close();
    }
  }
}
