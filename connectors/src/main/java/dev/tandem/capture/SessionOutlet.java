package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepOutlet;
import dev.tandem.sweep.SweptRow;
import dev.tandem.wire.OutboxRecord;
import java.util.List;

/// Hands the rows of a sweep to the session that writes; which of them, and with which note, is for
/// whoever sweeps to say.
abstract class SessionOutlet implements SweepOutlet {
  final CaptureSession session;

  SessionOutlet(CaptureSession session) {
    this.session = session;
  }

  @Override
  public final void route(OutboxRecord.Swept swept, List<OutboxEntry> into) {
    session.route(swept, into);
  }

  @Override
  public final void park(SweptRow.Unreadable row, List<OutboxEntry> into) {
    session.park(row, into);
  }

  @Override
  public final List<OutboxEntry> mark(OutboxRecord.Marker marker) {
    return session.mark(marker);
  }

  @Override
  public final void awaitPassed(Lsn position) throws InterruptedException {
    session.awaitPassed(position);
  }
}
