package dev.tandem.bench;

import dev.tandem.run.Role;
import java.util.Optional;

/// Backlogs that Tandem drains, step by step and all at once, beside its peers.
final class Drains {
  private final Trial trial;
  private final Optional<Peers> peers;

  Drains(Trial trial, Optional<Peers> peers) {
    this.trial = trial;
    this.peers = peers;
  }

  /// Updates of rows without children: by the peers, by each step, and all at once.
  void updates(Backlog backlog) throws Exception {
    if (peers.isPresent()) {
      peers.get().drain(backlog, trial.table()).forEach(trial::add);
      // The log has what they drained for Tandem too, and it is none of the backlog below.
      trial.carry("what the peers drained");
    }
    steps(backlog);
    whole(backlog);
  }

  private void steps(Backlog backlog) throws Exception {
    String load = backlog.load();
    int changes = backlog.changes();
    String end = backlog.make(trial.legacy());
    trial.measure(
        Work.of(Subject.step(load, "capture"), changes, Role.CAPTURE, Meters.CAPTURED),
        () -> trial.hasCaptured(end));
    trial.measure(
        Work.of(Subject.step(load, "translate"), changes, Role.TRANSLATE, Meters.TRANSLATED),
        trial::isTranslated);
    trial.measure(
        Work.of(Subject.step(load, "apply"), changes, Role.APPLY, Meters.APPLIED),
        trial::isWritten);
  }

  /// From the log to the target.
  void whole(Backlog backlog) throws Exception {
    String end = backlog.make(trial.legacy());
    int changes = backlog.changes();
    trial.measure(
        new Work(
            Subject.whole(backlog.load(), ReconcilingCost.CARRIED),
            changes,
            Pipeline.CARRYING,
            new Work.Count(Meters.CAPTURED, changes),
            new Work.Count(Meters.APPLIED, changes / backlog.sample().rowsEach())),
        () -> trial.isApplied(end));
  }

  /// What it costs to compare both sides: alone, and beside the pipeline.
  void reconcile(Backlog backlog, Compared compared) throws Exception {
    String end = backlog.make(trial.legacy());
    trial
        .pipeline()
        .run("a backlog that is not measured", Pipeline.CARRYING, () -> trial.isApplied(end));
    trial.measure(
        Work.of(
            Subject.step(backlog.load(), "observe and reconcile"),
            backlog.changes(),
            Role.RECONCILE,
            Meters.OBSERVED),
        compared::isAtEnd);
    String second = backlog.make(trial.legacy());
    trial.measure(
        new Work(
            Subject.whole(backlog.load(), ReconcilingCost.RECONCILED),
            backlog.changes(),
            Pipeline.ALL,
            Meters.CAPTURED,
            Meters.OBSERVED),
        () -> trial.isApplied(second) && compared.isAtEnd());
  }
}
