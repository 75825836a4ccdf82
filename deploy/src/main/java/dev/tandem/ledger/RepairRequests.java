package dev.tandem.ledger;

import dev.tandem.clients.KafkaClients;
import dev.tandem.wire.RepairRequest;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Asks translation to forward entities again: each request is the contract key, without a value,
/// in the partition in which the entity lives, marked as made by hand ([RepairRequest]).
public final class RepairRequests implements AutoCloseable {
  private final Function<String, Topics> topics;
  private final KafkaProducer<byte[], byte[]> producer;

  /// @param topics of the live generation, by domain
  public RepairRequests(Map<String, Object> kafka, Function<String, Topics> topics) {
    this.topics = topics;
    var settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    producer = KafkaClients.producer(settings);
  }

  /// One entity that is to be forwarded again.
  ///
  /// @param partition in which it lives
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(String domain, int partition, byte[] contractKey) {
    /// Of an entry that names its entity's key.
    static Request of(LedgerEntry entry) {
      return new Request(
          entry.event().domain(),
          entry.event().context().partition(),
          Objects.requireNonNull(entry.contractKey()));
    }
  }

  /// Returns when all are durable.
  ///
  /// @throws LedgerException if one of them is not; those before it may be
  public void send(List<LedgerEntry> entries) {
    sendAll(entries.stream().map(Request::of).toList());
  }

  /// Returns when all are durable.
  ///
  /// @throws LedgerException if one of them is not; those before it may be
  public void sendAll(List<Request> requests) {
    var sent = new ArrayList<Future<?>>();
    for (Request request : requests) {
      String topic = topics.apply(request.domain).repair();
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  topic, request.partition, request.contractKey, null, RepairRequest.byHand())));
    }
    producer.flush();
    try {
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new LedgerException("a repair request was not accepted: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException("interrupted while asking for repairs", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
