package dev.tandem.capture;

import io.debezium.connector.base.QueueProvider;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The queue between the log's reader and the engine, without the engine's spinning.
///
/// The engine asks for records at intervals and waits for them in whole milliseconds. Through what
/// is left of the last one it asks again and again: at an interval of ten, a tenth of a core. Here
/// whoever asks in vain twice within a millisecond is held back for a part of it. Nothing comes
/// later by that, since the engine holds its lock meanwhile either way.
///
/// Used under that lock. Made by the engine, by its [#NAME].
public final class CalmQueue<T> implements QueueProvider<T> {
  static final String NAME = "calm";
  private static final long SOON_NANOS = 1_000_000;
  private static final long HELD_NANOS = 200_000;

  private final Queue<T> records = new ArrayDeque<>();
  private @Nullable Thread reader;
  private long askedInVain = System.nanoTime() - SOON_NANOS;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void configure(Map<String, ?> properties) {}

  @Override
  public void enqueue(T record) {
    reader = Thread.currentThread();
    records.add(record);
  }

  @Override
  public @Nullable T poll() {
    return records.poll();
  }

  /// Asked before each try to take records, and by the reader whether there is room.
  @Override
  public int size() {
    int size = records.size();
    if (size == 0 && Thread.currentThread() != reader) {
      long now = System.nanoTime();
      if (now - askedInVain < SOON_NANOS) {
        LockSupport.parkNanos(HELD_NANOS);
      }
      askedInVain = now;
    }
    return size;
  }
}
