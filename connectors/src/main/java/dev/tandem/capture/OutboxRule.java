package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The rule of who may capture while a domain is written to several outboxes. Whoever captures
/// writes all of them, each change in one Kafka transaction; what one left out, nobody would ever
/// write. Which outboxes there are is known from the target, and some process may have looked there
/// longer ago than another. So it is noted where capture stands, when an outbox is first written,
/// and when nothing is fed from it any more:
///
/// ```
///   (unknown) ── first written ──▶ WRITTEN ── nothing is fed from it ──▶ OVER
/// ```
///
/// Whoever finds one WRITTEN that it does not write, and does not know to be over, waits.
final class OutboxRule {
  private OutboxRule() {}

  /// The outboxes without which nobody may capture; empty if one may.
  ///
  /// @param own outboxes that are written
  /// @param over outboxes that nothing is fed from any more
  static Set<String> leftOut(CaptureState state, Set<String> own, Set<String> over) {
    var leftOut = new TreeSet<>(state.written());
    leftOut.removeAll(own);
    leftOut.removeAll(over);
    return leftOut;
  }

  /// What whoever captures notes at its beginning.
  static List<Note> notes(CaptureState state, Set<String> own, Set<String> over) {
    var notes = new ArrayList<Note>();
    for (String outbox : own) {
      if (!state.written().contains(outbox)) {
        notes.add(new Note.Outbox(outbox, false));
      }
    }
    for (String outbox : over) {
      if (!own.contains(outbox) && !state.isOver(outbox)) {
        notes.add(new Note.Outbox(outbox, true));
      }
    }
    return notes;
  }
}
