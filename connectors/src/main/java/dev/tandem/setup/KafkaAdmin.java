package dev.tandem.setup;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.UnresolvedException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;

/// An administration client that gives up soon, and whose failures say where and what to do.
final class KafkaAdmin implements AutoCloseable {
  private static final int REQUEST_MILLIS = 5_000;
  private static final int CALL_MILLIS = 15_000;

  private final Admin admin;
  private final String servers;

  private KafkaAdmin(Admin admin, String servers) {
    this.admin = admin;
    this.servers = servers;
  }

  /// @throws SetupException if the properties are wrong; and, caused by an [UnresolvedException],
  ///     if they name no server that can be looked up now
  static KafkaAdmin open(Site site) {
    var properties = new HashMap<String, Object>(site.kafka());
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
    properties.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "tandem-setup");
    try {
      return new KafkaAdmin(KafkaClients.admin(Map.copyOf(properties)), site.bootstrapServers());
    } catch (UnresolvedException e) {
      throw new SetupException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new SetupException(
          "Kafka at "
              + site.bootstrapServers()
              + ": "
              + root(e)
              + "; fix: correct the spec's kafka",
          e);
    }
  }

  Admin client() {
    return admin;
  }

  String servers() {
    return servers;
  }

  /// Returns once a broker has let this client in.
  ///
  /// @throws SetupException if none does
  void requireAnswer() {
    answer(admin.describeCluster().clusterId(), "asking for the cluster");
  }

  /// The answer.
  ///
  /// @param what the attempt in words: `making topic x`
  /// @throws ApiException as the broker answered it, where it is about the thing asked for
  /// @throws SetupException if Kafka cannot be reached
  <T> T answer(KafkaFuture<T> future, String what) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw new SetupException(
            what
                + ": Kafka at "
                + servers
                + " does not answer; fix: start it, or correct bootstrap.servers in the spec",
            e.getCause());
      }
      if (e.getCause() instanceof AuthenticationException) {
        throw new SetupException(
            what
                + ": Kafka at "
                + servers
                + " and this client do not accept each other: "
                + root(e)
                + "; fix: compare security.protocol, ssl.* and sasl.* in the spec's kafka with what"
                + " that listener wants",
            e);
      }
      if (e.getCause() instanceof ApiException refusal) {
        throw refusal;
      }
      throw new SetupException(what + ": Kafka at " + servers + ": " + root(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SetupException(what + ": interrupted", e);
    }
  }

  private static String root(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : root(cause);
  }

  @Override
  public void close() {
    admin.close();
  }
}
