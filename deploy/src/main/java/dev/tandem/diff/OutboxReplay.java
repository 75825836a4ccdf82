package dev.tandem.diff;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.diff.PartitionDiff.Mappings;
import dev.tandem.plan.DomainPlan;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads the retained outbox of a domain to its end, one partition after the other, and compares
/// what two mappings make of it. Belongs to no consumer group and writes nothing.
public final class OutboxReplay {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  /// Rows are put down once so many records were read.
  private static final int SAVED = 10_000;

  private final Map<String, Object> kafka;
  private final OutboxDecoder decoder;
  private final Watch watch;

  /// Is told how far the reading has come.
  public interface Watch {
    /// @param read offsets of `all`
    void read(String domain, long read, long all);
  }

  /// What came out for one domain.
  ///
  /// @param records read from the outbox
  /// @param unreadable records that are no outbox records
  /// @param missing partitions in which a table's first sweep has not ended, or which were cut off
  ///     and hold no whole sweep of each table: of these nothing was compared
  /// @param diffs by entity
  public record Result(
      String domain,
      long records,
      long unreadable,
      List<Integer> missing,
      Map<String, MappingDiff> diffs) {
    public boolean isDifferent() {
      return diffs.values().stream().anyMatch(MappingDiff::isDifferent);
    }
  }

  public OutboxReplay(Map<String, Object> kafka, Registry registry, Watch watch) {
    this.kafka = Map.copyOf(kafka);
    this.decoder = new OutboxDecoder(registry);
    this.watch = watch;
  }

  /// @param before the mapping in use
  /// @param samples how many are kept of each way to change
  /// @throws IllegalArgumentException if the other mapping reads what the outbox does not hold
  public Result compare(DomainPlan before, DomainPlan after, int samples) throws IOException {
    requireSameTables(before, after);
    var diffs = new TreeMap<String, MappingDiff>();
    for (DomainPlan plan : List.of(before, after)) {
      plan.entities()
          .forEach(
              entity ->
                  diffs.put(
                      entity.name(),
                      new MappingDiff(samples, entity.reconciliation().sensitive())));
    }
    long records = 0;
    long unreadable = 0;
    var missing = new ArrayList<Integer>();
    try (var consumer = consumer()) {
      for (int p = 0; p < before.partitions(); p++) {
        var partition = new TopicPartition(before.topics().outbox(), p);
        try (var store = new ScratchStore()) {
          var diff = new PartitionDiff(new Mappings(before, after), p, store);
          Counts read = read(consumer, partition, diff, before.name());
          records += read.records;
          unreadable += read.unreadable;
          if (diff.isWhole()) {
            diff.compare(diffs);
          } else {
            missing.add(p);
          }
        }
      }
    }
    return new Result(before.name(), records, unreadable, List.copyOf(missing), Map.copyOf(diffs));
  }

  private static void requireSameTables(DomainPlan before, DomainPlan after) {
    var missing = new TreeSet<TableId>(after.tables());
    missing.removeAll(before.tables());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "domain "
              + before.name()
              + ": the other mapping reads "
              + missing
              + ", which the outbox of the mapping in use does not hold, so that its effect cannot be"
              + " seen beforehand; fix: add the tables to the mapping in use first, or leave them out");
    }
  }

  private record Counts(long records, long unreadable) {}

  private Counts read(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      PartitionDiff diff,
      String domain) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    diff.begin(consumer.position(partition, WITHIN));
    long end = consumer.endOffsets(List.of(partition), WITHIN).getOrDefault(partition, 0L);
    long records = 0;
    long unreadable = 0;
    long unsaved = 0;
    long said = System.nanoTime();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    // A transaction of the legacy store that the end cuts is read to its own end.
    while (consumer.position(partition, WITHIN) < end || diff.isOpen()) {
      var polled = consumer.poll(Duration.ofMillis(200));
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        if (record.offset() >= end && !diff.isOpen()) {
          break;
        }
        records++;
        unreadable += accept(diff, record) ? 0 : 1;
      }
      unsaved += polled.count();
      if (unsaved >= SAVED) {
        diff.save();
        unsaved = 0;
      }
      long now = System.nanoTime();
      if (!polled.isEmpty()) {
        deadline = now + PATIENCE.toNanos();
      } else if (now > deadline) {
        throw new IllegalStateException(
            partition
                + " gave nothing for "
                + PATIENCE.toSeconds()
                + " s before its end; fix: look at the brokers and at open transactions of it");
      }
      if (now - said > PROGRESS.toNanos()) {
        said = now;
        watch.read(domain + "/" + partition.partition(), consumer.position(partition, WITHIN), end);
      }
    }
    return new Counts(records, unreadable);
  }

  private boolean accept(PartitionDiff diff, ConsumerRecord<byte[], byte[]> record) {
    try {
      diff.accept(record.offset(), decoder.decode(record.value()));
      return true;
    } catch (UndecodableException e) {
      diff.skip(record.offset());
      return false;
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    var properties = ReadConfig.turning(kafka);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    return KafkaClients.consumer(properties);
  }
}
