package dev.tandem.sweep;

import dev.tandem.position.Lsn;
import dev.tandem.wire.OutboxRecord;
import java.util.List;

/// Where the rows of a sweep go.
public interface SweepOutlet {
  /// Adds the encoded row for each partition it belongs to; what cannot be translated becomes a
  /// dead letter. Called by several threads.
  void route(OutboxRecord.Swept swept, List<OutboxEntry> into);

  /// Parks a row that could not be read faithfully.
  void park(SweptRow.Unreadable row, List<OutboxEntry> into);

  /// The marker for every partition of every domain that reads its table.
  List<OutboxEntry> mark(OutboxRecord.Marker marker);

  /// Waits until every change that committed up to a log position stands in the outbox.
  void awaitPassed(Lsn position) throws InterruptedException;

  /// Writes records and progress, all or nothing. Returns once they are committed. The end of a
  /// sweep is written where no transaction is open, so that it stands behind the same changes in
  /// every partition.
  void write(List<OutboxEntry> entries, SweepProgress progress) throws InterruptedException;
}
