package dev.tandem.run;

import dev.tandem.apply.ApplyRunner;
import dev.tandem.apply.ApplyStatus;
import dev.tandem.capture.CaptureStatus;
import dev.tandem.clients.Connections;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.Health.Condition;
import dev.tandem.streams.DomainStreams;

/// What the states of the parts mean for the [Health] of their process. What a part says of itself
/// before it stops is a finding, unless it says that nobody foresaw it; one that has ended without
/// a word has died.
final class Conditions {
  private static final String NO_KAFKA = "no connection to Kafka";

  private Conditions() {}

  static Condition of(CaptureStatus status) {
    return switch (status.state()) {
      case STREAMING, STANDING_BY -> new Condition(Health.State.READY, status.detail());
      case STARTING, BACKING_OFF, NOT_SET_UP -> Condition.waiting(status.detail());
      case LOST -> Condition.stopped(status.detail());
      case STOPPED -> Condition.dead("its thread has ended");
    };
  }

  static Condition of(DomainStreams app) {
    var ending = app.ending().orElse(null);
    if (ending != null) {
      return switch (ending.kind()) {
        case FINDING -> Condition.stopped(ending.reason());
        case ERROR -> Condition.failed(ending.reason());
      };
    }
    return switch (app.state()) {
      case RUNNING -> running(app);
      case CREATED, REBALANCING -> Condition.waiting("");
      case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR ->
          Condition.dead("all its threads have ended");
    };
  }

  private static Condition running(DomainStreams app) {
    return app.waiting()
        .map(Condition::waiting)
        .orElseGet(
            () ->
                Connections.areThere(app.streams().metrics().values())
                    ? Condition.READY
                    : Condition.waiting(NO_KAFKA));
  }

  static Condition of(ApplyRunner apply) {
    ApplyStatus status = apply.status();
    return switch (status.ending()) {
      case NONE ->
          apply.isAlive()
              ? working(apply, status)
              : Condition.dead("the thread that reads has ended");
      case FINDING -> Condition.stopped(status.stopped());
      case ERROR -> Condition.failed(status.stopped());
    };
  }

  /// It waits where it reaches no Kafka, or nothing that it holds can be written.
  private static Condition working(ApplyRunner apply, ApplyStatus status) {
    if (!apply.isConnected()) {
      return Condition.waiting(NO_KAFKA);
    }
    var partitions = status.partitions().values();
    boolean waits =
        !partitions.isEmpty() && partitions.stream().noneMatch(each -> each.waiting().isEmpty());
    return waits ? Condition.waiting(partitions.iterator().next().waiting()) : Condition.READY;
  }
}
