package dev.tandem.capture;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobTables;
import dev.tandem.job.SweepReport;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.table.TableId;
import dev.tandem.wire.JobOrders;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Orders as they stand in the control topic, followed by a thread of its own. While Kafka is away
/// the orders known last hold.
public final class KafkaSweepOrders implements SweepOrders {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSweepOrders.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ABSENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private final MigrationPlan plan;
  private final Map<String, Object> kafka;
  private final Side side;
  private final TopicPartition control;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, JobOrder> byKey = new HashMap<>();
  private volatile List<JobOrder> standing = List.of();
  private final CountDownLatch closed = new CountDownLatch(1);

  /// Where the other capture stands; made when it is first asked for.
  private @Nullable CaptureStateReader elsewhere;

  /// From the seal of the verification that asked first; of a later one they tell as well.
  private @Nullable ComparisonReports reports;

  private final SeldomLooks<CaptureState.Note.Seal, Optional<Compared>> looks =
      new SeldomLooks<>(LOOK, System::nanoTime);

  /// @param kafka Kafka client properties as the user gave them
  /// @param side of the capture that asks
  public KafkaSweepOrders(MigrationPlan plan, Map<String, Object> kafka, Side side) {
    this.plan = plan;
    this.kafka = Map.copyOf(kafka);
    this.side = side;
    this.control = new TopicPartition(new Topics(plan.migration(), "").control(), 0);
    consumer = KafkaClients.consumer(ReadConfig.following(kafka));
    Thread.ofPlatform().name("orders-" + plan.migration() + "-" + side).daemon().start(this::run);
  }

  @Override
  public List<JobOrder> standing() {
    return standing;
  }

  @Override
  public boolean hasEndedElsewhere(JobOrder order) {
    Side other = side == Side.LEGACY ? Side.TARGET : Side.LEGACY;
    Set<TableId> tables =
        other == Side.LEGACY ? JobTables.legacy(plan, order) : JobTables.target(plan, order);
    if (elsewhere == null) {
      elsewhere = new CaptureStateReader(kafka, new CaptureNames(plan.migration(), other));
    }
    CaptureState state = elsewhere.read();
    return tables.stream()
        .map(table -> state.ordered(order.id(), table))
        .allMatch(note -> note != null && note.phase() == SweepReport.Phase.ENDED);
  }

  @Override
  public Optional<Compared> compared(JobOrder order, CaptureState.Note.Seal seal) {
    return looks.of(seal, () -> look(order, seal));
  }

  private Optional<Compared> look(JobOrder order, CaptureState.Note.Seal seal) {
    if (reports == null) {
      reports =
          new ComparisonReports(
              kafka, new Topics(plan.migration(), "").reconciliationLag(), seal.at());
    }
    return reports.beyond(order.domain(), seal);
  }

  private void run() {
    try (consumer) {
      while (closed.getCount() > 0) {
        follow();
      }
    } catch (WakeupException | InterruptedException stopped) {
      LOG.debug("{} is followed no more", control);
    }
  }

  private void follow() throws InterruptedException {
    try {
      if (consumer.assignment().isEmpty()) {
        if (consumer.partitionsFor(control.topic(), ABSENCE).isEmpty()) {
          rest();
          return;
        }
        consumer.assign(List.of(control));
        consumer.seekToBeginning(List.of(control));
      }
      var records = consumer.poll(POLL);
      records.forEach(this::take);
      if (!records.isEmpty()) {
        standing = byKey.values().stream().sorted(JobOrder.BY_AGE).toList();
      }
    } catch (WakeupException stopped) {
      throw stopped;
    } catch (KafkaException away) {
      LOG.warn("orders cannot be read from {}: {}", control, away.getMessage());
      rest();
    }
  }

  private void rest() throws InterruptedException {
    if (closed.await(ABSENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.debug("{} is followed no more", control);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (!JobOrder.isKey(key)) {
      return;
    }
    try {
      if (record.value() == null) {
        byKey.remove(key);
      } else {
        byKey.put(key, JobOrders.decode(record.value()));
      }
    } catch (UndecodableException | IllegalArgumentException unknown) {
      LOG.warn("{} at offset {} is no order: {}", key, record.offset(), unknown.getMessage());
    }
  }

  @Override
  public void close() {
    closed.countDown();
    consumer.wakeup();
    if (elsewhere != null) {
      elsewhere.close();
    }
    if (reports != null) {
      reports.close();
    }
  }
}
