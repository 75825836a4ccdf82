package dev.tandem.streams;

import java.nio.file.Path;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;

/// What it means that local state could not be read or written. Where its volume is full, that
/// passes when there is room again; anything else somebody has to look at, since a new start over
/// the same files would fail alike.
///
/// @param passes whether it heals when there is room
record StateTrouble(boolean passes, String reason) {
  /// Bytes that a volume needs to count as one with room: a few write buffers of RocksDB.
  private static final long ROOM = 64 << 20;

  /// Null for a failure that has nothing to do with local state.
  ///
  /// @param directory of the application's state
  /// @param usable bytes that the volume has left, negative where it is not known
  static @Nullable StateTrouble of(Throwable failure, Path directory, long usable) {
    if (!(failure instanceof ProcessorStateException)) {
      return null;
    }
    return isFull(usable)
        ? new StateTrouble(
            true,
            "no space is left for state in "
                + directory
                + " ("
                + (usable >> 20)
                + " MiB); it goes on by itself when there is more")
        : new StateTrouble(
            false,
            "its state in "
                + directory
                + " cannot be read or written ("
                + root(failure).getClass().getSimpleName()
                + "); fix: look at the volume, then stop the process, delete that directory and start"
                + " again: the state is made anew from Kafka");
  }

  static boolean isFull(long usable) {
    return usable >= 0 && usable < ROOM;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
