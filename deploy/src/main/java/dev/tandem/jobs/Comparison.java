package dev.tandem.jobs;

import dev.tandem.clients.KafkaClients;
import dev.tandem.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// How far the reconciler of a domain is behind the ends of its two topics: what stands between is
/// not yet compared, and each verdict waits for it. Where no reconciler is at work nothing waits
/// for one. Not thread-safe.
final class Comparison implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(5);
  private final Admin admin;

  Comparison(Map<String, Object> kafka) {
    admin = KafkaClients.admin(kafka);
  }

  /// Offsets, summed over the partitions of both topics.
  record Standing(long read, long end) {}

  /// @param live topics of the domain's live generation
  /// @throws KafkaException if Kafka does not answer
  Optional<Standing> standing(Topics live) {
    String group = live.reconcileApplication();
    if (!isAtWork(group)) {
      return Optional.empty();
    }
    Set<String> topics = Set.of(live.outbox(), live.observed());
    Map<TopicPartition, OffsetAndMetadata> positions =
        answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    var read =
        positions.entrySet().stream()
            .filter(each -> each.getValue() != null && topics.contains(each.getKey().topic()))
            .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
    if (read.isEmpty()) {
      return Optional.empty();
    }
    var ends =
        answer(
            admin
                .listOffsets(
                    read.keySet().stream()
                        .collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest())),
                    new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all());
    return Optional.of(
        new Standing(
            read.values().stream().mapToLong(Long::longValue).sum(),
            ends.values().stream().mapToLong(it -> it.offset()).sum()));
  }

  /// Whether a consumer group has members.
  boolean isAtWork(String group) {
    try {
      var described = answer(admin.describeConsumerGroups(List.of(group)).all()).get(group);
      return described != null && !described.members().isEmpty();
    } catch (GroupIdNotFoundException none) {
      return false;
    }
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof KafkaException kafka
          ? kafka
          : new KafkaException(failure.getCause());
    } catch (TimeoutException late) {
      throw new KafkaException("no answer within " + WITHIN.toSeconds() + " s", late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", stopped);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
