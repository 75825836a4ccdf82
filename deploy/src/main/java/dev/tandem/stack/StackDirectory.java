package dev.tandem.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The directory of a stack that runs as a process of its own: who runs in it, at which ports, and
/// how it is reached.
///
/// A stack runs for exactly as long as its process holds the lock on `lock`; `running.json` says
/// what it said when it was ready and means nothing without the lock.
public final class StackDirectory {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;

  public StackDirectory(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  /// What a ready stack says of itself.
  public record Running(long pid, StackAddress address) {}

  public Path path() {
    return path;
  }

  Path log() {
    return path.resolve("stack.log");
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  void create() throws IOException {
    Files.createDirectories(path);
  }

  /// Takes the directory for this process, until it ends; nothing where another one holds it.
  Optional<FileLock> take() {
    try {
      Files.createDirectories(path);
      var channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return Optional.ofNullable(lock);
    } catch (IOException e) {
      throw failed("cannot be locked", e);
    }
  }

  boolean isTaken() {
    if (!Files.exists(path.resolve("lock"))) {
      return false;
    }
    var lock = take();
    try {
      if (lock.isPresent()) {
        lock.get().acquiredBy().close();
      }
      return lock.isEmpty();
    } catch (IOException e) {
      throw failed("cannot be unlocked", e);
    }
  }

  /// The stack that is ready in this directory.
  public Optional<Running> running() {
    var file = path.resolve("running.json");
    if (!Files.exists(file) || !isTaken()) {
      return Optional.empty();
    }
    return Optional.of(read(file, Running.class));
  }

  void ready(StackAddress address) {
    write("running.json", new Running(ProcessHandle.current().pid(), address));
  }

  void notReady() {
    try {
      Files.deleteIfExists(path.resolve("running.json"));
    } catch (IOException e) {
      throw failed("cannot be written", e);
    }
  }

  /// The ports to use: those asked for, then those of the last time, then free ones.
  StackPorts ports(StackPorts wanted) {
    var file = path.resolve("ports.json");
    var before = Files.exists(file) ? read(file, StackPorts.class) : StackPorts.any();
    return wanted.or(before).fixed();
  }

  /// Keeps the ports for the next time.
  void keep(StackPorts ports) {
    write("ports.json", ports);
  }

  /// Deletes the directory with all data.
  ///
  /// @throws StackException if something else than a stack is in it
  void wipe() {
    try {
      if (exists() && !isEmpty() && !isOfAStack()) {
        throw new StackException(
            path + " is not deleted: no stack has run in it; name another directory");
      }
      Directories.delete(path);
    } catch (IOException e) {
      throw failed("cannot be deleted", e);
    }
  }

  private boolean isEmpty() throws IOException {
    try (var files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  private boolean isOfAStack() {
    return Files.exists(log()) || Files.exists(path.resolve("ports.json"));
  }

  private <T> T read(Path file, Class<T> type) {
    try {
      return JSON.readValue(file.toFile(), type);
    } catch (IOException e) {
      throw failed("holds a " + file.getFileName() + " that cannot be read; delete that file", e);
    }
  }

  /// The file is there whole or not at all.
  private void write(String name, Object value) {
    try {
      Files.createDirectories(path);
      var fresh = path.resolve(name + ".new");
      JSON.writeValue(fresh.toFile(), value);
      Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("cannot be written", e);
    }
  }

  private StackException failed(String why, Exception cause) {
    return new StackException("The stack's directory " + path + " " + why, cause);
  }
}
