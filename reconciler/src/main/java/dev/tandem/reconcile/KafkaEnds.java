package dev.tandem.reconcile;

import dev.tandem.clients.KafkaClients;
import dev.tandem.wire.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Kafka once a second where a domain's topics end, how far they were read, and when the
/// captures were heard. While Kafka does not answer, the last answer stands.
final class KafkaEnds implements PartitionEnds, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEnds.class);
  private final Admin admin;
  private final Topics topics;
  private final int partitions;
  private final CaptureWords words;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Answer answer = new Answer(Map.of(), Map.of(), Map.of(), new Heard(0, 0));

  /// Offsets by partition: ends of topics, and what the two applications read next.
  private record Answer(
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, Long> reconciled,
      Map<TopicPartition, Long> translated,
      Heard heard) {}

  KafkaEnds(Map<String, String> client, Topics topics, int partitions, InstantSource clock) {
    this.topics = topics;
    this.partitions = partitions;
    admin = KafkaClients.admin(Map.copyOf(client));
    words = new CaptureWords(client, topics.migration(), clock);
    thread = Thread.ofVirtual().name("ends of " + topics.domain()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      do {
        ask();
      } while (!closing.await(1, TimeUnit.SECONDS));
    } catch (InterruptedException | KafkaException stopped) {
      LOG.debug("ends of {} are asked for no more", topics.domain());
    } finally {
      words.close();
    }
  }

  private void ask() throws InterruptedException {
    Heard heard = words.listen();
    try {
      answer =
          new Answer(
              ends(),
              passed(topics.reconcileApplication()),
              passed(topics.translateApplication()),
              heard);
    } catch (ExecutionException away) {
      answer = new Answer(answer.ends, answer.reconciled, answer.translated, heard);
      LOG.debug("ends of {}: {}", topics.domain(), away.getMessage());
    }
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (int partition = 0; partition < partitions; partition++) {
      asked.put(new TopicPartition(topics.outbox(), partition), OffsetSpec.latest());
      asked.put(new TopicPartition(topics.observed(), partition), OffsetSpec.latest());
    }
    return admin
        .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /// What an application's group reads next; a group without positions says nothing.
  private Map<TopicPartition, Long> passed(String group)
      throws InterruptedException, ExecutionException {
    var asked = Map.of(group, new ListConsumerGroupOffsetsSpec());
    var passed = new HashMap<TopicPartition, Long>();
    admin
        .listConsumerGroupOffsets(asked)
        .partitionsToOffsetAndMetadata(group)
        .get()
        .forEach(
            (partition, at) -> {
              if (at != null) {
                passed.put(partition, at.offset());
              }
            });
    return Map.copyOf(passed);
  }

  @Override
  public Ends of(int partition) {
    Answer known = answer;
    var outbox = new TopicPartition(topics.outbox(), partition);
    var observed = new TopicPartition(topics.observed(), partition);
    return new Ends(
        known.ends.getOrDefault(outbox, -1L),
        known.ends.getOrDefault(observed, -1L),
        new Passed(
            known.reconciled.getOrDefault(outbox, -1L),
            known.reconciled.getOrDefault(observed, -1L),
            known.translated.getOrDefault(outbox, -1L)),
        known.heard);
  }

  @Override
  public void close() {
    closing.countDown();
    // Not interrupted: it listens for a moment only, and has a client to close.
    admin.close(Duration.ofSeconds(5));
    if (thread.getState() == Thread.State.NEW) {
      words.close();
    }
  }
}
