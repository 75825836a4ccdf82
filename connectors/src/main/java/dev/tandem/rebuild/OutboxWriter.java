package dev.tandem.rebuild;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.CaptureStateReader;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.postgres.ReplicationSlot;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.setup.Site;
import dev.tandem.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/// Whether the capture of the legacy store still writes to an outbox that is to be removed: not so
/// once it has noted that nothing is fed from it, or where nobody captures.
record OutboxWriter(Site site) {
  /// @param removed the generation that is removed
  /// @param known the generations that there are
  boolean isAtWork(Generation removed, Generations known) throws SQLException {
    int outbox = removed.feed().log().outboxOf();
    boolean stays =
        known.fed(removed.domain()).stream()
            .anyMatch(each -> each.feed().log().outboxOf() == outbox);
    var names = new CaptureNames(site.migration());
    return !stays
        && !isOver(new Topics(site.migration(), removed.domain()).over(outbox), names)
        && isCaptured(names);
  }

  private boolean isOver(Topics topics, CaptureNames names) {
    try (var reader = new CaptureStateReader(Map.copyOf(site.kafka()), names)) {
      return reader.read().isOver(topics.outboxName());
    }
  }

  private boolean isCaptured(CaptureNames names) throws SQLException {
    try (Connection legacy = site.legacy().connect()) {
      return ReplicationState.slot(legacy, names.slot())
          .filter(ReplicationSlot::active)
          .isPresent();
    }
  }
}
