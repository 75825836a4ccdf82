package dev.tandem.apply;

import dev.tandem.apply.ApplyStatus.Ending;
import dev.tandem.apply.ApplyStatus.State;
import dev.tandem.clients.Connections;
import dev.tandem.clients.KafkaClients;
import dev.tandem.fatal.Fatal;
import dev.tandem.plan.DomainPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a contract topic into its partitions' queues, as far as they have room, and gives the
/// writers work. The consumer is this thread's alone.
final class ContractReader implements Runnable, PartitionWork.Reader, ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(ContractReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RETAKE = Duration.ofSeconds(5);
  private static final Duration LOOK_AT_HOLD = Duration.ofMillis(50);
  private static final int MAX_QUEUED = 50_000;

  private final DomainPlan domain;
  private final ApplySettings settings;
  private final WriterPool pool;
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, PartitionWork> works = new ConcurrentHashMap<>();
  private final Queue<Seek> seeks = new ConcurrentLinkedQueue<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private long auditedAt = System.nanoTime();
  private int turn;

  private record Seek(PartitionWork work, long offset) {}

  ContractReader(DomainPlan domain, ApplySettings settings, WriterPool pool) {
    this.domain = domain;
    this.settings = settings;
    this.pool = pool;
    this.topic = domain.topics().contract();
    this.consumer = KafkaClients.consumer(properties(domain, settings));
  }

  /// Positions come from the target alone: none is committed to Kafka, none is guessed.
  private static Map<String, Object> properties(DomainPlan domain, ApplySettings settings) {
    var properties = new HashMap<String, Object>(settings.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, domain.topics().applyGroup(domain.generation()));
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
    // Another instance takes over from one that died without a word after so long.
    properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    properties.putIfAbsent(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return properties;
  }

  Collection<PartitionWork> works() {
    return works.values();
  }

  /// Whether it reaches Kafka. Any thread may ask.
  boolean isConnected() {
    return Connections.areThere(consumer.metrics().values());
  }

  void stop() {
    stopping.countDown();
    consumer.wakeup();
  }

  @Override
  public void run() {
    try (consumer) {
      consumer.subscribe(List.of(topic), this);
      while (stopping.getCount() > 0 && pool.stopped().isEmpty()) {
        turn();
      }
    } catch (WakeupException | InterruptedException _) {
      LOG.debug("reader of {} ends", topic);
    } catch (RuntimeException e) {
      Fatal.raise(e);
      LOG.error("reader of {}", topic, e);
      pool.stop(
          Ending.ERROR,
          "unexpected " + Fatal.kind(e) + " while reading " + topic + "; see the log");
    }
  }

  private void turn() throws InterruptedException {
    try {
      seek();
      var records = consumer.poll(POLL);
      for (TopicPartition partition : records.partitions()) {
        PartitionWork work = works.get(partition.partition());
        if (work != null && work.state() == State.APPLYING) {
          queue(work, records.records(partition));
        }
      }
      inTurn().forEach(this::look);
      audit();
    } catch (OffsetOutOfRangeException e) {
      e.partitions().forEach(this::startAgain);
    } catch (WakeupException _) {
      // A writer has made room, or this ends.
    } catch (KafkaException e) {
      pool.listener().waiting(domain.name(), -1, Objects.toString(e.getMessage(), e.toString()));
      LOG.warn("reading {}: {}; trying again", topic, e.toString());
      boolean ended = stopping.await(1, TimeUnit.SECONDS);
      LOG.debug("ended: {}", ended);
    }
  }

  /// Each time beginning with another one, so that where a gate lets few go on it is not always the
  /// same few.
  private List<PartitionWork> inTurn() {
    var all = new ArrayList<>(works.values());
    Collections.rotate(all, turn++);
    return all;
  }

  private static void queue(PartitionWork work, List<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      work.queue().add(ContractDecoder.incoming(record));
    }
  }

  private void startAgain(TopicPartition partition) {
    PartitionWork work = works.get(partition.partition());
    if (work != null) {
      consumer.pause(Set.of(partition));
      consumer.seek(partition, 0);
      work.startAgain();
      pool.submit(work);
    }
  }

  /// Gives a partition's work to the writers, and reads on or stops reading by the room it has.
  private void look(PartitionWork work) {
    var partition = new TopicPartition(topic, work.partition());
    work.retakeAfter(RETAKE);
    work.lookAtHoldAfter(LOOK_AT_HOLD);
    if (work.state() == State.APPLYING) {
      work.readTo(consumer.position(partition));
    }
    boolean full = work.queue().bytes() > settings.queueBytes() || work.queue().size() > MAX_QUEUED;
    boolean empty =
        work.queue().bytes() * 2 <= settings.queueBytes() && work.queue().size() * 2 <= MAX_QUEUED;
    if (full || work.state() != State.APPLYING) {
      consumer.pause(Set.of(partition));
    } else if (empty) {
      consumer.resume(Set.of(partition));
    }
    if (work.hasWork()) {
      pool.submit(work);
    }
  }

  private void audit() {
    if (System.nanoTime() - auditedAt > settings.audit().toNanos()) {
      auditedAt = System.nanoTime();
      works.values().forEach(PartitionWork::auditSoon);
    }
  }

  private void seek() {
    for (Seek seek = seeks.poll(); seek != null; seek = seeks.poll()) {
      var partition = new TopicPartition(topic, seek.work().partition());
      if (works.get(seek.work().partition()) == seek.work()) {
        consumer.seek(partition, seek.offset());
        seek.work().reading();
      }
    }
  }

  @Override
  public void readFrom(PartitionWork work, long offset) {
    seeks.add(new Seek(work, offset));
    consumer.wakeup();
  }

  /// Nothing is read before the take-over has said from where; the seek only keeps the consumer
  /// from asking for a committed position, which there is none.
  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    var plan = new BatchPlan(settings.maxRecords(), settings.maxBytes());
    for (TopicPartition partition : partitions) {
      consumer.pause(Set.of(partition));
      consumer.seek(partition, 0);
      var work = new PartitionWork(partition.partition(), plan, pool.pacing(), this);
      works.put(partition.partition(), work);
      pool.submit(work);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      PartitionWork work = works.remove(partition.partition());
      if (work != null) {
        work.drop();
      }
    }
  }
}
