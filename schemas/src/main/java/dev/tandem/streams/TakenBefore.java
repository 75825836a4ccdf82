package dev.tandem.streams;

import dev.tandem.clients.KafkaClients;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells which records a task meets though its state holds them already. Kafka forgets the
/// positions of a group that was away for longer than `offsets.retention.minutes` (a week, unless
/// set otherwise), and the topic is read from its beginning; or an operator has set them back.
///
/// The rule: state and positions are committed together, so a record at or before the one that the
/// state has seen last was taken, and is passed. Where the topic ends before that one, it is not
/// the topic that was read: the domain stops. Not thread-safe.
public final class TakenBefore {
  private static final Logger LOG = LoggerFactory.getLogger(TakenBefore.class);
  private final Ends ends;
  private final Set<TopicPartition> told = new HashSet<>();

  /// Where a partition ends.
  public interface Ends {
    /// @return the offset behind its last record, -1 where nobody knows
    long of(TopicPartition partition);
  }

  public TakenBefore(Ends ends) {
    this.ends = ends;
  }

  /// Whether a record was taken before.
  ///
  /// @param seen offset of the record that the state has seen last, -1 for none
  /// @throws DomainStoppedException if the topic was made anew since
  public boolean holds(RecordMetadata from, long seen) {
    if (from.offset() > seen) {
      return false;
    }
    var partition = new TopicPartition(from.topic(), from.partition());
    if (told.add(partition)) {
      requireSameTopic(partition, seen);
      LOG.warn(
          "{} is read again from offset {}, and was read up to {} before: the group's positions are"
              + " gone or were set back; what was taken is passed",
          partition,
          from.offset(),
          seen);
    }
    return true;
  }

  private void requireSameTopic(TopicPartition partition, long seen) {
    long end = ends.of(partition);
    if (end >= 0 && end <= seen) {
      throw new DomainStoppedException(
          partition
              + ": expected the topic that was read up to offset "
              + seen
              + ", found one that ends at "
              + end
              + ": it was deleted and made anew, and what it held is gone; fix: bring the topic back, or"
              + " tear the migration down and set it up again");
    }
  }

  /// As a broker says.
  ///
  /// @param client how Kafka is reached
  public static Ends askedOf(Map<String, String> client) {
    return partition -> {
      try (var admin = KafkaClients.admin(Map.copyOf(client))) {
        return admin
            .listOffsets(Map.of(partition, OffsetSpec.latest()))
            .partitionResult(partition)
            .get(10, TimeUnit.SECONDS)
            .offset();
      } catch (ExecutionException | TimeoutException away) {
        LOG.debug("end of {}: {}", partition, away.getMessage());
        return -1;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return -1;
      }
    };
  }
}
