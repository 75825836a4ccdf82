package dev.tandem.run;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directories of a process's streams.
///
/// @param root directory of all of them
record LocalState(Path root) {
  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  /// Of the reconciler of a generation.
  Path reconciler(DomainPlan domain) {
    Topics topics = domain.topics();
    boolean own = topics.isBeside() || topics.isFirstTranslation();
    String name = own ? topics.name() : domain.name() + ".live." + topics.translatedFor();
    return root.resolve(name + "-reconcile");
  }

  /// Of the translation that a generation is fed from.
  Path translation(DomainPlan domain) {
    Topics topics = domain.topics();
    return root.resolve(
        topics.isFirstTranslation()
            ? domain.name()
            : domain.name() + ".translate." + topics.translatedFor());
  }

  /// The file of what the schema registry has answered.
  Path schemas() {
    return root.resolve("schemas.json");
  }

  /// Removes what generations have left that are gone, where none stands beside the live one.
  ///
  /// @param domain as the spec has it
  void forget(DomainPlan domain, Generations generations) {
    Generation live = generations.live(domain.name());
    for (Generation each : generations.of(domain.name())) {
      if (each.state() == Generation.State.REMOVED) {
        remove(reconciler(domain.beside(each.number())));
        remove(reconciler(domain.beside(live.number())));
        if (each.feed().translatedFor() != live.feed().translatedFor()) {
          remove(reconciler(each.applied(domain)));
          remove(translation(each.applied(domain)));
        }
      }
    }
  }

  /// Removes a directory with all that is in it, if it is there.
  private static void remove(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
      LOG.info("removed {}, whose generation is gone", directory);
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", directory, e.getMessage());
    }
  }
}
