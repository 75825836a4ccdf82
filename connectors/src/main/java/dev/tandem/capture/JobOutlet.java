package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.job.JobOrder;
import dev.tandem.position.Lsn;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepOutlet;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.SweptRow;
import dev.tandem.wire.OutboxRecord;
import java.util.List;
import java.util.function.Function;

/// Where the rows of a job's sweep go: to the job's domain alone, though others may read the table
/// too; of a verification without dead letters, for what cannot be placed has become one before.
///
/// @param session writes
/// @param topic of the job's domain
/// @param note what is noted with the rows
record JobOutlet(
    CaptureSession session, JobOrder order, String topic, Function<SweepProgress, Note> note)
    implements SweepOutlet {

  @Override
  public void route(OutboxRecord.Swept swept, List<OutboxEntry> into) {
    session.route(swept, into);
  }

  @Override
  public void park(SweptRow.Unreadable row, List<OutboxEntry> into) {
    session.park(row, into);
  }

  @Override
  public List<OutboxEntry> mark(OutboxRecord.Marker marker) {
    return session.mark(marker);
  }

  @Override
  public void awaitPassed(Lsn position) throws InterruptedException {
    session.awaitPassed(position);
  }

  @Override
  public void write(List<OutboxEntry> entries, SweepProgress progress) throws InterruptedException {
    session.writeJob(
        entries.stream().filter(this::isMeant).toList(), note.apply(progress), progress);
  }

  private boolean isMeant(OutboxEntry entry) {
    return entry.isDeadLetter()
        ? order.kind() == JobOrder.Kind.BACKFILL
        : entry.topic().equals(topic);
  }
}
