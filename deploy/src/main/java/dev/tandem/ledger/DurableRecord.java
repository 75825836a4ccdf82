package dev.tandem.ledger;

import dev.tandem.clients.KafkaClients;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/// One record, seldom written, that must not be lost.
public final class DurableRecord {
  private DurableRecord() {}

  /// Returns when it is durable.
  ///
  /// @param what it is, for a person who reads that it was not accepted
  /// @throws LedgerException if it was not accepted
  public static void send(
      Map<String, Object> kafka, ProducerRecord<byte[], byte[]> record, String what) {
    var settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    try (var producer = KafkaClients.producer(settings)) {
      producer.send(record).get();
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new LedgerException("the " + what + " was not accepted: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException("interrupted while writing the " + what, e);
    }
  }
}
