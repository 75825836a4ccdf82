package dev.tandem.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// The name under which a process is a member of its consumer group, kept beside its state: a
/// process that comes back over the same state takes its own place at once, where a nameless one
/// would wait until the group has given up its predecessor.
final class MemberName {
  private MemberName() {}

  /// The name kept in a state directory; made if there is none.
  static String in(Path stateDirectory, String application) {
    Path file = stateDirectory.resolve(application + ".member");
    try {
      Files.createDirectories(stateDirectory);
      if (!Files.exists(file)) {
        Files.writeString(file, UUID.randomUUID().toString());
      }
      String name = Files.readString(file).strip();
      return name.isEmpty() ? UUID.randomUUID().toString() : name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
