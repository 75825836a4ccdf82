package dev.tandem.run;

import dev.tandem.clients.KafkaClients;
import dev.tandem.spec.Spec;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// How a migration reaches Kafka and its registry.
///
/// @param clients properties that pass through to every client
/// @param registry Confluent's properties of serializers
public record KafkaAccess(Map<String, String> clients, Map<String, String> registry) {
  public KafkaAccess {
    clients = Map.copyOf(clients);
    registry = Map.copyOf(registry);
  }

  public static KafkaAccess of(Spec spec) {
    return new KafkaAccess(spec.kafka().values(), spec.registry().all());
  }

  /// The same properties in the form that Kafka's constructors take.
  public Map<String, Object> objects() {
    return Map.copyOf(clients);
  }

  /// A new client with a cache of its own.
  public SchemaRegistryClient registryClient() {
    return new SchemaRegistryClient(RegistryConfig.of(registry));
  }

  /// What tells the topics of a migration from others of the same names, before or elsewhere.
  ///
  /// @return empty where the one that would tell it is not there
  /// @throws ExecutionException if Kafka does not answer
  String topicsOf(String migration) throws ExecutionException, InterruptedException {
    String control = new Topics(migration, "").control();
    try (Admin admin = KafkaClients.admin(objects())) {
      var asked = admin.describeTopics(List.of(control)).topicNameValues().get(control);
      return Objects.requireNonNull(asked).get().topicId().toString();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return "";
      }
      throw e;
    }
  }

  /// Only the names: any value may be a secret.
  @Override
  public String toString() {
    return "KafkaAccess" + clients.keySet();
  }
}
