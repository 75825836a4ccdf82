package dev.tandem.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
      String known = Files.exists(file) ? Files.readString(file).strip() : "";
      if (!known.isEmpty()) {
        return known;
      }
      // Whoever is stopped in between leaves no half of a name.
      String name = UUID.randomUUID().toString();
      Path whole = Files.writeString(stateDirectory.resolve(application + ".member.new"), name);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
