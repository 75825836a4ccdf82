package dev.tandem.capture;

import dev.tandem.sweep.OutboxEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/// The ends of sweeps that wait for the end of a transaction. Written anywhere else, an end could
/// stand before a change in one partition and behind it in another, since of an open transaction
/// one record is held back in each; but what becomes of a row that goes from one partition to
/// another depends on whether the baselines have passed, and both have to decide alike.
///
/// Sweeps put, the engine's thread takes. Thread-safe.
final class EndMarks {
  private final Queue<Mark> waiting = new ConcurrentLinkedQueue<>();

  /// The end of one sweep, and what is noted of it.
  record Mark(List<OutboxEntry> entries, CaptureState.Note note, CountDownLatch written) {
    Mark(List<OutboxEntry> entries, CaptureState.Note note) {
      this(List.copyOf(entries), note, new CountDownLatch(1));
    }

    /// Waits until it stands in the outbox; for ever, if the session ends before.
    void await() throws InterruptedException {
      written.await();
    }
  }

  Mark put(List<OutboxEntry> entries, CaptureState.Note note) {
    var mark = new Mark(entries, note);
    waiting.add(mark);
    return mark;
  }

  /// Those that wait, which do so no longer; to be called where no transaction is open.
  List<Mark> take() {
    var taken = new ArrayList<Mark>(0);
    for (Mark next = waiting.poll(); next != null; next = waiting.poll()) {
      taken.add(next);
    }
    return taken;
  }
}
