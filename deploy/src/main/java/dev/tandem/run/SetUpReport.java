package dev.tandem.run;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.setup.Setup;
import dev.tandem.setup.Step;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says what a start has found of set-up, and refuses it where something was lost.
record SetUpReport(MigrationPlan plan) {
  private static final Logger LOG = LoggerFactory.getLogger(SetUpReport.class);

  /// A topic that is gone or has changed since set-up is a loss, not something to make again in
  /// silence.
  ///
  /// @throws RefusedException naming each such topic
  void tell(Setup.FirstStart first) {
    switch (first) {
      case Setup.FirstStart.Done(var result) ->
          result.steps().forEach(step -> LOG.info("first start: made {}", step.name()));
      case Setup.FirstStart.SetUpBefore(var trace, var amiss) -> {
        var topics = amiss.stream().filter(step -> isLost(step, amiss)).toList();
        if (!topics.isEmpty()) {
          throw new RefusedException(
              "the migration was set up before ("
                  + trace
                  + "), and now these are not as set-up left them: "
                  + topics.stream().map(SetUpReport::line).collect(Collectors.joining("; "))
                  + "; `tandem doctor` says what each needs");
        }
        amiss.forEach(step -> LOG.warn("not as set-up left it: {}", line(step)));
      }
    }
  }

  private static String line(Step step) {
    return step.note().isEmpty()
        ? step.name()
        : step.name() + ": " + step.note() + "; fix: " + step.fix();
  }

  /// Whether a step is a topic that is not as set-up left it. Where the target's slot was never
  /// made, an older program set the migration up: what it did not know of waits for set-up. A
  /// contract topic that is gone stops its domain, and only by running on can another be made of
  /// the outbox.
  private boolean isLost(Step step, List<Step> amiss) {
    String migration = plan.migration();
    var own = new Topics(migration, "");
    var unknown =
        Set.of(
            "topic " + Topics.observedOffsets(migration),
            "topic " + own.divergence(),
            "topic " + own.reconciliationLag());
    String slot = "replication slot " + new CaptureNames(migration, Side.TARGET).slot();
    boolean isOlder =
        amiss.stream().anyMatch(it -> it.name().equals(slot) && it.state() == Step.State.TO_DO);
    boolean isNew = isOlder && unknown.contains(step.name()) && step.state() == Step.State.TO_DO;
    return step.place() == Step.Place.KAFKA && !isNew && !(step.isGone() && isContract(step));
  }

  private boolean isContract(Step step) {
    return plan.domains().stream()
        .anyMatch(domain -> step.name().startsWith("topic " + domain.topics().contract()));
  }
}
