package dev.tandem.aligned;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.invariant.PrefixRule.Captured;
import dev.tandem.invariant.PrefixRule.Stretch;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads which transactions stand in a stretch of an outbox. Not thread-safe.
final class OutboxStretch implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  private final List<TopicPartition> partitions;
  private final OutboxDecoder decoder;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /// Sees also what is not committed.
  private final KafkaConsumer<byte[], byte[]> tail;

  OutboxStretch(Map<String, Object> kafka, String topic, int partitions, Registry registry) {
    this.partitions =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    this.decoder = new OutboxDecoder(registry);
    this.consumer = KafkaClients.consumer(ReadConfig.turning(kafka));
    consumer.assign(this.partitions);
    var all = ReadConfig.turning(kafka);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    this.tail = KafkaClients.consumer(all);
  }

  /// Offsets behind all that was written, by partition. Of a Kafka transaction that is known to be
  /// committed by what it wrote elsewhere the end may not have come to each partition yet.
  SortedMap<Integer, Long> ends() {
    return byPartition(tail.endOffsets(partitions, WITHIN));
  }

  private static SortedMap<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    var all = new TreeMap<Integer, Long>();
    offsets.forEach((partition, offset) -> all.put(partition.partition(), offset));
    return all;
  }

  /// The transactions from one offset on up to another, by partition.
  ///
  /// @throws UnalignedException if a record cannot be read, or is not committed in time
  SortedMap<Integer, Stretch> read(
      Map<Integer, Long> from, SortedMap<Integer, Long> ends, Turn turn) throws UnalignedException {
    var transactions = new HashMap<Integer, List<Captured>>();
    var beginnings = byPartition(consumer.beginningOffsets(partitions, WITHIN));
    for (TopicPartition each : partitions) {
      int partition = each.partition();
      transactions.put(partition, new ArrayList<>());
      consumer.seek(
          each, Math.max(from.getOrDefault(partition, 0L), beginnings.getOrDefault(partition, 0L)));
    }
    while (!isRead(ends)) {
      if (turn.isOver()) {
        throw new UnalignedException(
            "the outbox could not be read up to its end in time; fix: look at the brokers and at"
                + " open transactions of it");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.value() != null && record.offset() < ends.getOrDefault(record.partition(), 0L)) {
          take(record, transactions.getOrDefault(record.partition(), new ArrayList<>()));
        }
      }
    }
    var stretches = new TreeMap<Integer, Stretch>();
    ends.forEach(
        (partition, end) ->
            stretches.put(
                partition, new Stretch(end, transactions.getOrDefault(partition, List.of()))));
    return stretches;
  }

  private boolean isRead(SortedMap<Integer, Long> ends) {
    return partitions.stream()
        .allMatch(
            each -> consumer.position(each, WITHIN) >= ends.getOrDefault(each.partition(), 0L));
  }

  private void take(ConsumerRecord<byte[], byte[]> record, List<Captured> transactions)
      throws UnalignedException {
    OutboxRecord read;
    try {
      read = decoder.decode(record.value());
    } catch (UndecodableException unreadable) {
      throw new UnalignedException(
          "a record of "
              + record.topic()
              + " cannot be read, in partition "
              + record.partition()
              + " at offset "
              + record.offset()
              + ": "
              + unreadable.getMessage());
    }
    if (read instanceof OutboxRecord.Change change) {
      long offset = record.offset();
      var position = change.position();
      Captured last = transactions.isEmpty() ? null : transactions.getLast();
      if (last != null && last.xid() == position.xid() && last.epoch() == position.epoch()) {
        transactions.set(
            transactions.size() - 1, new Captured(last.epoch(), last.xid(), last.first(), offset));
      } else {
        transactions.add(new Captured(position.epoch(), position.xid(), offset, offset));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    tail.close();
  }
}
