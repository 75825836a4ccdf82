package dev.tandem.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One process for each role that keeps state in a directory: two would fight over the files, and
/// over the place in the consumer group that they stand for. A lock ends with its process, however
/// that ends.
public final class StateLock implements AutoCloseable {
  private static final Set<Role> KEEPING = EnumSet.of(Role.TRANSLATE, Role.RECONCILE);
  private final List<FileChannel> channels = new ArrayList<>();

  private StateLock() {}

  /// Another process has the directory.
  public static final class HeldException extends RuntimeException {
    HeldException(String message) {
      super(message);
    }
  }

  /// Takes a directory for some roles; it is made where one of them needs it.
  ///
  /// @throws HeldException if another process has it for one of them
  public static StateLock of(Path directory, Set<Role> roles) throws IOException {
    var lock = new StateLock();
    try {
      for (Role role : KEEPING) {
        if (roles.contains(role)) {
          lock.channels.add(taken(directory, role));
        }
      }
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel taken(Path directory, Role role) throws IOException {
    Files.createDirectories(directory);
    String name = role.name().toLowerCase(Locale.ROOT);
    var channel =
        FileChannel.open(
            directory.resolve(name + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        String holder = text(channel);
        throw new HeldException(
            "the state directory "
                + directory
                + " is used for "
                + name
                + " by another process"
                + (holder.isEmpty() ? "" : " (process id " + holder + ")")
                + "; fix: stop that one, or give this one another directory with --state");
      }
      channel.truncate(0);
      String own = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(own.getBytes(StandardCharsets.US_ASCII)), 0);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      // Behind what is written, so that others can read who it is.
      return channel.tryLock(Integer.MAX_VALUE, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String text(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels) {
      channel.close();
    }
  }
}
