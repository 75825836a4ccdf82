package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What has been done since the program started, over all sessions. Thread-safe.
final class Counters {
  private final CaptureListener listener;
  private final Map<TableId, SweepProgress> sweeps = new ConcurrentHashMap<>();
  private CaptureStatus.State state = CaptureStatus.State.STARTING;
  private String detail = "";
  private int epoch = 1;
  private @Nullable Lsn proven;
  private long captured;
  private long redelivered;
  private long parked;
  private long committedAt;

  Counters(CaptureListener listener) {
    this.listener = listener;
  }

  synchronized void become(CaptureStatus.State next, String why) {
    state = next;
    detail = why;
  }

  synchronized void begin(CaptureState known) {
    epoch = known.epoch();
  }

  synchronized void proven(Lsn end) {
    proven = end;
  }

  void captured(List<OutboxEntry> entries, long lastCommit, long again) {
    long dead = count(entries);
    synchronized (this) {
      captured += entries.size() - dead;
      parked += dead;
      redelivered += again;
      committedAt = Math.max(committedAt, lastCommit);
    }
    listener.captured(entries.size() - dead, lastCommit);
    listener.redelivered(again);
    listener.parked(dead);
  }

  void swept(List<OutboxEntry> entries, SweepProgress progress) {
    parked(entries);
    sweeps.put(progress.table(), progress);
    listener.swept(progress);
  }

  /// What a job wrote; dead letters among it are counted.
  void parked(List<OutboxEntry> entries) {
    long dead = count(entries);
    synchronized (this) {
      parked += dead;
    }
    listener.parked(dead);
  }

  void sweep(SweepProgress progress) {
    sweeps.put(progress.table(), progress);
  }

  synchronized CaptureStatus status() {
    return new CaptureStatus(
        state, detail, epoch, proven, captured, redelivered, parked, committedAt, sweeps);
  }

  private static long count(List<OutboxEntry> entries) {
    return entries.stream().filter(entry -> entry.partition() < 0).count();
  }
}
