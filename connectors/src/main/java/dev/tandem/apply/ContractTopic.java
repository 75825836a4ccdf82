package dev.tandem.apply;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What Kafka says of a contract topic: its identity and its ends. Thread-safe.
record ContractTopic(Admin admin, String topic) {
  private static final long SECONDS = 30;

  record Ends(long earliest, long latest) {}

  /// The topic's id.
  ///
  /// @throws DomainStoppedException if there is no such topic, or its partitions are not as many
  String id(int partitions) {
    TopicDescription description =
        Objects.requireNonNull(
            get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
    if (description.partitions().size() != partitions) {
      throw new DomainStoppedException(
          "expected "
              + partitions
              + " partitions of "
              + topic
              + ", found "
              + description.partitions().size()
              + ": a new partition count needs a new generation of this domain");
    }
    return description.topicId().toString();
  }

  Ends ends(int partition) {
    return new Ends(
        offset(partition, OffsetSpec.earliest()), offset(partition, OffsetSpec.latest()));
  }

  long end(int partition) {
    return offset(partition, OffsetSpec.latest());
  }

  private long offset(int partition, OffsetSpec spec) {
    var asked = new TopicPartition(topic, partition);
    return get(admin.listOffsets(Map.of(asked, spec)).partitionResult(asked)).offset();
  }

  private <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new DomainStoppedException(
            "topic "
                + topic
                + " does not exist: if it was deleted, start a new generation of this domain; else"
                + " run set-up");
      }
      throw new KafkaException("Kafka did not describe " + topic, e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("Kafka did not describe " + topic + " in " + SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
