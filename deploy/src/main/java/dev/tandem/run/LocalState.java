package dev.tandem.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The directories of streams whose generation is gone.
final class LocalState {
  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  private LocalState() {}

  /// Removes a directory with all that is in it, if it is there.
  static void remove(Path directory) {
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
