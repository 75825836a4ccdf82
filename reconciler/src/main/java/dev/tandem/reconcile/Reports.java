package dev.tandem.reconcile;

import dev.tandem.wire.LagReport;

/// Says how far the reconciliation of a partition is. Not thread-safe.
final class Reports {
  private final Reconciler.Setting setting;
  private final Standing standing;
  private final LagMeter meter;
  private final Activity activity = new Activity();
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
  /// @param busy whether something large is in hand
  void say(long time, PartitionEnds.Ends ends, boolean busy) {
    LagReport report = report(time, ends, busy);
    around.listener().standing(report);
    around.listener().open(setting.partition(), standing.ledger.open().counts());
    around.listener().repairsStopped(setting.partition(), report.repairsStopped());
    around.outlet().lag(report);
  }

  private LagReport report(long time, PartitionEnds.Ends ends, boolean busy) {
    var measured = meter.take();
    var position = standing.position;
    long oldest = standing.moved.oldest();
    // Of what only a sweep has told nobody knows when it was committed.
    long since = oldest == 0 && standing.moved.size() > 0 ? Math.max(1, meter.movedAt()) : oldest;
    var waiting = new Activity.Waiting(since, meter.movedAt(), position.read(), busy);
    Activity.Doing doing = doing(waiting, ends, time);
    var heard = ends.heard();
    return new LagReport(
        setting.plan().name(),
        setting.partition(),
        doing.state(),
        new LagReport.Evidence(doing.stoppedAt(), heard.capture(), heard.observe()),
        time,
        position.read(),
        position.observed(),
        position.judged(),
        ends.outbox(),
        ends.observed(),
        measured.count(),
        measured.toTarget(),
        measured.toObservation(),
        standing.moved.size(),
        oldest,
        standing.ledger.waiting(),
        standing.ledger.open().keys().size(),
        standing.desk.isStopped());
  }

  /// Before the baselines have passed it loads, and before every entity was judged once it does
  /// that, unless it stands still.
  private Activity.Doing doing(Activity.Waiting waiting, PartitionEnds.Ends ends, long time) {
    var doing = activity.look(waiting, ends, time);
    if (!standing.first.isLive()) {
      return activity.loading(ends, time);
    }
    return standing.first.isOver() || doing.state() == LagReport.State.STOPPED
        ? doing
        : new Activity.Doing(LagReport.State.JUDGING, LagReport.Stage.NONE);
  }
}
