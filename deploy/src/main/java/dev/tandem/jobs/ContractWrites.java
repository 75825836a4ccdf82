package dev.tandem.jobs;

import dev.tandem.ledger.TopicReplay;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.UndecodableException;
import java.time.Instant;
import java.util.Map;

/// How many contract records of a domain came of sweeps and repairs, not of a change of the legacy
/// store. Each call counts on from where the last one ended. Not thread-safe.
final class ContractWrites implements AutoCloseable {
  private final TopicReplay replay;
  private long count;

  ContractWrites(Map<String, Object> kafka, String topic, Instant since) {
    replay = TopicReplay.since(kafka, topic, since);
  }

  long count() {
    replay.toEnd(
        record -> {
          try {
            var position = ContractPosition.of(record.headers());
            if (position.kind() != ContractPosition.Kind.PROGRESS && position.xid() == 0) {
              count++;
            }
          } catch (UndecodableException _) {
            // What is not Tandem's is not counted.
          }
        });
    return count;
  }

  @Override
  public void close() {
    replay.close();
  }
}
