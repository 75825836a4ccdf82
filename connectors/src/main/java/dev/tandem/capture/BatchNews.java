package dev.tandem.capture;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.TableTruncated;
import dev.tandem.sweep.OutboxEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is written with a batch beside its changes: what it tells of the tables' forms, which
/// tables were truncated, and the ends of sweeps.
record BatchNews(
    List<CaptureState.Note> notes,
    List<SchemaChanged> events,
    List<TableTruncated> truncated,
    List<EndMarks.Mark> ends) {
  private static final Logger LOG = LoggerFactory.getLogger(BatchNews.class);

  static BatchNews none() {
    return new BatchNews(
        new ArrayList<>(0), new ArrayList<>(0), new ArrayList<>(0), new ArrayList<>(0));
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

  /// What is written for everybody to read.
  List<OutboxEntry> notices(OutboxRecords records) {
    return Stream.concat(
            events.stream().map(records::notice), truncated.stream().map(records::notice))
        .toList();
  }

  /// Says what has been written.
  void tell(CaptureNames names, CaptureListener listener) {
    ends.forEach(mark -> mark.written().countDown());
    for (SchemaChanged event : events) {
      LOG.warn("{}: {} of {}: {}", names, event.table(), event.domain(), event.changes());
      listener.changed(event);
    }
    for (TableTruncated event : truncated) {
      LOG.warn(
          "{}: {} of {} was truncated at {}; on-truncate: {}",
          names,
          event.table(),
          event.domain(),
          event.lsn(),
          event.policy());
      listener.truncated(event);
    }
  }
}
