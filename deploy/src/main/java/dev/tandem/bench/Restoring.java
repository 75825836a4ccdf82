package dev.tandem.bench;

import dev.tandem.run.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// How long a start takes with the local state that is there, and without it, where Kafka has to
/// give it back. What the second takes longer is what the restoring takes.
final class Restoring {
  static final String WITH = ", with its state";
  static final String WITHOUT = ", its state lost";

  private final Trial trial;

  Restoring(Trial trial) {
    this.trial = trial;
  }

  void measure() throws Exception {
    String domain = trial.domain().name();
    both(Role.TRANSLATE, "start of translation", trial.state().resolve(domain));
    both(Role.RECONCILE, "start of reconciliation", trial.state().resolve(domain + "-reconcile"));
  }

  private void both(Role role, String what, Path state) throws Exception {
    trial.add(
        trial.pipeline().start(Subject.step(trial.load(), what + WITH), role, trial.entities()));
    remove(state);
    trial.add(
        trial.pipeline().start(Subject.step(trial.load(), what + WITHOUT), role, trial.entities()));
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
