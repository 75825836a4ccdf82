package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.job.JobOrder;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepProgress;
import java.util.List;
import java.util.function.Function;

/// Where the rows of a job's sweep go: to the job's domain alone, though others may read the table
/// too. Of what a verification cannot place it writes the first dead letters only: how many rows
/// those are is noted, most have become one before, and each verification would repeat them. Used
/// by the lanes and the sweeping thread of one run.
final class JobOutlet extends SessionOutlet {
  /// Of one run over one table.
  static final int SAMPLES = 10;

  private final JobOrder order;
  private final String topic;
  private final Function<SweepProgress, Note> note;
  private int letters;

  /// @param session writes
  /// @param topic of the job's domain
  /// @param note what is noted with the rows
  JobOutlet(
      CaptureSession session, JobOrder order, String topic, Function<SweepProgress, Note> note) {
    super(session);
    this.order = order;
    this.topic = topic;
    this.note = note;
  }

  @Override
  public void write(List<OutboxEntry> entries, SweepProgress progress) throws InterruptedException {
    session.writeJob(
        entries.stream().filter(this::isMeant).toList(), note.apply(progress), progress);
  }

  private boolean isMeant(OutboxEntry entry) {
    if (!entry.isDeadLetter()) {
      return entry.topic().equals(topic);
    }
    return switch (order.kind()) {
      case BACKFILL -> true;
      case VERIFY -> ++letters <= SAMPLES;
    };
  }
}
