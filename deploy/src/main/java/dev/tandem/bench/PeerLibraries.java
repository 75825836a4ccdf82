package dev.tandem.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The libraries of the peers that are no part of the program: `peers` beside its jar, where the
/// launcher has Maven put them.
public final class PeerLibraries {
  private final Path directory;

  PeerLibraries(Path directory) {
    this.directory = directory;
  }

  /// @throws IOException if nobody knows where the program is
  public static PeerLibraries ofProgram() throws IOException {
    try {
      Path program =
          Path.of(PeerLibraries.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new PeerLibraries(program.resolveSibling("peers"));
    } catch (URISyntaxException e) {
      throw new IOException("the program's own place is no path", e);
    }
  }

  /// Whether Kafka Connect and the JDBC sink are there.
  boolean areThere() throws IOException {
    return has("connect-runtime-") && has("debezium-connector-jdbc-");
  }

  private boolean has(String prefix) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix));
    }
  }

  /// As Java takes it.
  String classPath() {
    return directory.resolve("*").toString();
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
