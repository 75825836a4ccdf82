package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Load;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepProgress;
import java.util.List;

/// Where the rows of a first sweep go: to the outboxes that it loads; see [Loads].
final class LoadOutlet extends SessionOutlet {
  private final Loads loads;
  private final Load load;

  LoadOutlet(CaptureSession session, Loads loads, Load load) {
    super(session);
    this.loads = loads;
    this.load = load;
  }

  @Override
  public void write(List<OutboxEntry> entries, SweepProgress progress) throws InterruptedException {
    session.writeLoad(
        loads.meant(load, entries), new CaptureState.Note.Sweep(load.of(), progress), progress);
  }
}
