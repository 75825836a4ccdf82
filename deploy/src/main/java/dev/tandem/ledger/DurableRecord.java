package dev.tandem.ledger;

import dev.tandem.clients.KafkaClients;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Records, seldom written, that must not be lost.
public final class DurableRecord {
  private DurableRecord() {}

  /// Returns when it is durable.
  ///
  /// @param what it is, for a person who reads that it was not accepted
  /// @throws LedgerException if it was not accepted
  public static void send(
      Map<String, Object> kafka, ProducerRecord<byte[], byte[]> record, String what) {
    sendAll(kafka, List.of(record), what);
  }

  /// Returns when all are durable.
  ///
  /// @param what each is, for a person who reads that one was not accepted
  /// @throws LedgerException if one was not accepted; those before it may be durable
  public static void sendAll(
      Map<String, Object> kafka, List<ProducerRecord<byte[], byte[]>> records, String what) {
    var settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    try (var producer = KafkaClients.producer(settings)) {
      for (Future<?> each : records.stream().map(producer::send).toList()) {
        each.get();
      }
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new LedgerException("the " + what + " was not accepted: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException("interrupted while writing the " + what, e);
    }
  }
}
