package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.generation.Generations;
import dev.tandem.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;

/// What shows that a store has been captured before, so that a slot that is missing was lost: what
/// its capture notes, and what only comes to be by it.
record Trace(Site site, TopicSetup topics, Generations generations) {

  /// What shows it in Kafka, if anything does.
  Optional<String> inKafka(Side side) {
    var names = new CaptureNames(site.migration(), side);
    return switch (side) {
      case LEGACY -> recordsIn(names.offsets()).or(() -> recordsIn(Topics::outbox));
      case TARGET -> recordsIn(names.offsets()).or(() -> recordsIn(Topics::observed));
    };
  }

  /// The target holds checkpoints only where something has been captured from the legacy store. An
  /// older program captured no target, so that they say nothing of that.
  static Optional<String> inTarget(Connection target, String migration) throws SQLException {
    return TargetSchema.hasCheckpoints(target, migration)
        ? Optional.of("tandem.checkpoint has rows of " + migration)
        : Optional.empty();
  }

  private Optional<String> recordsIn(Function<Topics, String> captured) {
    return site.plan().domains().stream()
        .map(domain -> generations.live(domain).topics())
        .flatMap(topics -> recordsIn(captured.apply(topics)).stream())
        .findFirst();
  }

  private Optional<String> recordsIn(String topic) {
    return topics.records(topic) > 0
        ? Optional.of("topic " + topic + " has records")
        : Optional.empty();
  }
}
