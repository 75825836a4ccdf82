package dev.tandem.reconcile;

import dev.tandem.clients.KafkaClients;
import dev.tandem.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Kafka once a second where a domain's topics end. While Kafka does not answer, the last
/// answer stands.
final class KafkaEnds implements PartitionEnds, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEnds.class);
  private final Admin admin;
  private final Topics topics;
  private final int partitions;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Map<TopicPartition, Long> ends = Map.of();

  KafkaEnds(Map<String, String> client, Topics topics, int partitions) {
    this.topics = topics;
    this.partitions = partitions;
    admin = KafkaClients.admin(Map.copyOf(client));
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
    } catch (InterruptedException stopped) {
      LOG.debug("ends of {} are asked for no more", topics.domain());
    }
  }

  private void ask() throws InterruptedException {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (int partition = 0; partition < partitions; partition++) {
      asked.put(new TopicPartition(topics.outbox(), partition), OffsetSpec.latest());
      asked.put(new TopicPartition(topics.observed(), partition), OffsetSpec.latest());
    }
    try {
      var found = new HashMap<TopicPartition, Long>();
      admin
          .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .forEach((partition, info) -> found.put(partition, info.offset()));
      ends = Map.copyOf(found);
    } catch (ExecutionException away) {
      LOG.debug("ends of {}: {}", topics.domain(), away.getMessage());
    }
  }

  @Override
  public Ends of(int partition) {
    return new Ends(
        ends.getOrDefault(new TopicPartition(topics.outbox(), partition), -1L),
        ends.getOrDefault(new TopicPartition(topics.observed(), partition), -1L));
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    admin.close(Duration.ofSeconds(5));
  }
}
