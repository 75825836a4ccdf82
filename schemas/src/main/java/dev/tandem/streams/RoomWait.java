package dev.tandem.streams;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Lets threads of streams wait until the volume of their state has room again, and says that they
/// do: Streams itself goes on to call them running. Thread-safe.
///
/// @param usable bytes that the volume has left, negative where it is not known
/// @param closing ends all waiting
record RoomWait(LongSupplier usable, CountDownLatch closing, Map<Thread, String> reasons) {
  private static final long LOOK_SECONDS = 5;

  RoomWait(LongSupplier usable, CountDownLatch closing) {
    this(usable, closing, new ConcurrentHashMap<>());
  }

  /// @return whether it is to go on; else it closes
  boolean await(String reason) {
    reasons.put(Thread.currentThread(), reason);
    try {
      do {
        if (closing.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
          return false;
        }
      } while (StateTrouble.isFull(usable.getAsLong()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      reasons.remove(Thread.currentThread());
    }
    return true;
  }

  /// Why some thread waits, if one does.
  Optional<String> reason() {
    return reasons.values().stream().findFirst();
  }
}
