package dev.tandem.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A small file system of its own for one directory, which can be filled. In memory, and only for
/// root on Linux.
record Volume(Path directory) implements AutoCloseable {
  private static final int MEGABYTES = 1024;

  /// Mounts one on a directory, or nothing where that is not allowed.
  static Optional<Volume> mount(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    int status =
        run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", directory.toString());
    return status == 0 ? Optional.of(new Volume(directory)) : Optional.empty();
  }

  /// Takes all the room that is left, until [#free].
  void fill() throws IOException {
    byte[] zeros = new byte[1 << 20];
    try (var out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException full) {
      if (directory.toFile().getUsableSpace() > 4L * zeros.length) {
        throw full;
      }
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    } catch (IOException missing) {
      return 127;
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    free();
    run("umount", "--lazy", directory.toString());
  }
}
