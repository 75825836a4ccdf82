package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Load;
import dev.tandem.position.Lsn;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepOutlet;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.SweptRow;
import dev.tandem.wire.OutboxRecord;
import java.util.List;

/// Where the rows of a first sweep go: to the outboxes that it loads; see [Loads].
record LoadOutlet(CaptureSession session, Loads loads, Load load) implements SweepOutlet {
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
    session.writeLoad(
        loads.meant(load, entries), new CaptureState.Note.Sweep(load.of(), progress), progress);
  }
}
