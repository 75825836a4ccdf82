package dev.tandem.capture;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.sweep.OutboxEntry;
import java.util.ArrayList;
import java.util.List;

/// What is written with a batch beside its changes: what it tells of the tables' forms, and the
/// ends of sweeps.
record BatchNews(
    List<CaptureState.Note> notes, List<SchemaChanged> events, List<EndMarks.Mark> ends) {
  static BatchNews none() {
    return new BatchNews(new ArrayList<>(0), new ArrayList<>(0), new ArrayList<>(0));
  }

  void add(SchemaWatch.News found) {
    if (found.note() != null) {
      notes.add(found.note());
      events.addAll(found.events());
    }
  }

  /// @param entries of the batch, behind which the marks stand
  void add(List<EndMarks.Mark> marks, List<OutboxEntry> entries) {
    for (EndMarks.Mark mark : marks) {
      ends.add(mark);
      notes.add(mark.note());
      entries.addAll(mark.entries());
    }
  }
}
