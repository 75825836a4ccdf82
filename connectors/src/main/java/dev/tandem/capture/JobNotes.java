package dev.tandem.capture;

import dev.tandem.capture.CaptureState.JobTable;
import dev.tandem.capture.CaptureState.Note;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.sweep.SweepProgress;

/// What is noted of one sweep of a job: while it reads how it goes, and at its end what it did not
/// find out.
///
/// @param orderedAt see [dev.tandem.job.SweepReport]
/// @param outbox that its rows go to
/// @param meter tells how fast it reads
/// @param named how many rows its order names by their keys, all of which have to be there; 0 if it
///     does not name them
record JobNotes(JobTable of, long orderedAt, int outbox, RateMeter meter, long named) {
  Note.Ordered note(JobControl.Pace pace, SweepProgress progress, long at) {
    if (!progress.ended()) {
      return note(pace.phase(), pace.reason(), progress, at);
    }
    return progress.rows() < named
        ? note(Phase.FAILED, missed(progress), progress, at)
        : note(Phase.ENDED, unplaced(progress), progress, at);
  }

  private Note.Ordered note(Phase phase, String reason, SweepProgress progress, long at) {
    long rate = meter.rate(progress.rows(), at);
    return new Note.Ordered(of, phase, reason, progress, rate, at, outbox, orderedAt);
  }

  private String missed(SweepProgress progress) {
    return ("--keys: expected %d rows of these keys, found and read %d;"
            + " check how the keys are written")
        .formatted(named, progress.rows());
  }

  private static String unplaced(SweepProgress progress) {
    return progress.unplaced() == 0
        ? ""
        : ("what is gone was not looked for: %d rows are there and could not be placed,"
                + " see the dead letters")
            .formatted(progress.unplaced());
  }
}
