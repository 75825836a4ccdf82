package dev.tandem.reconcile;

import dev.tandem.wire.LagReport;

/// Says how far the reconciliation of a partition is. Not thread-safe.
final class Reports {
  private final Reconciler.Setting setting;
  private final Standing standing;
  private final LagMeter meter;
  private final Reconciler.Surroundings around;

  /// What is told of.
  ///
  /// @param moved whose expectation has moved, until V reaches where
  record Standing(
      VerdictPosition position, FirstLook first, DueKeys moved, Ledger ledger, RepairDesk desk) {}

  Reports(
      Reconciler.Setting setting,
      Standing standing,
      LagMeter meter,
      Reconciler.Surroundings around) {
    this.setting = setting;
    this.standing = standing;
    this.meter = meter;
    this.around = around;
  }

  /// @param time microseconds since 1970-01-01T00:00Z
  void say(long time, PartitionEnds.Ends ends) {
    var measured = meter.take();
    var moved = standing.moved;
    long oldest = moved.oldest();
    int open = standing.ledger.open().size();
    boolean stopped = standing.desk.isStopped();
    around.listener().standing(setting.partition(), open, moved.size());
    around.listener().repairsStopped(setting.partition(), stopped);
    var position = standing.position;
    around
        .outlet()
        .lag(
            new LagReport(
                setting.plan().name(),
                setting.partition(),
                state(oldest, time),
                time,
                position.read(),
                position.observed(),
                position.position(),
                ends.outbox(),
                ends.observed(),
                measured.count(),
                measured.toTarget(),
                measured.toObservation(),
                moved.size(),
                oldest,
                open,
                stopped));
  }

  private LagReport.State state(long oldest, long time) {
    if (!standing.first.isLive()) {
      return LagReport.State.LOADING;
    }
    var moving = meter.state(oldest, time);
    return standing.first.isOver() || moving == LagReport.State.STOPPED
        ? moving
        : LagReport.State.JUDGING;
  }
}
