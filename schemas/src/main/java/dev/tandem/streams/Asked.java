package dev.tandem.streams;

import dev.tandem.clients.KafkaClients;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Kafka is asked once, by a client of its own.
final class Asked {
  private static final Logger LOG = LoggerFactory.getLogger(Asked.class);
  private static final int SECONDS = 10;

  private Asked() {}

  /// The answer, if there is one in time.
  ///
  /// @param what is asked for, as logs say it
  /// @throws dev.tandem.clients.UnresolvedException if Kafka has no address now
  static <T> Optional<T> of(
      Map<String, String> client, String what, Function<Admin, KafkaFuture<T>> question) {
    try (var admin = KafkaClients.admin(Map.copyOf(client))) {
      return Optional.of(question.apply(admin).get(SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException away) {
      LOG.debug("{}: {}", what, away.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }
}
