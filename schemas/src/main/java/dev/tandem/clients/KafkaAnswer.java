package dev.tandem.clients;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/// What Kafka answers an admin client, waited for as long as the client itself waits.
public final class KafkaAnswer {
  private KafkaAnswer() {}

  /// @param unless what cannot be done without it, as a sentence
  /// @throws KafkaException with that sentence, and the reason as its cause
  public static <T> T of(KafkaFuture<T> future, String unless) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException(unless + ": interrupted", e);
    } catch (ExecutionException e) {
      throw new KafkaException(unless + ": " + e.getMessage(), e.getCause());
    }
  }
}
