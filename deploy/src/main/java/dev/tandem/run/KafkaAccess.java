package dev.tandem.run;

import dev.tandem.spec.Spec;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.util.HashMap;
import java.util.Map;

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
    var registry = new HashMap<>(spec.registry().properties().values());
    registry.put("schema.registry.url", spec.registry().url());
    return new KafkaAccess(spec.kafka().values(), registry);
  }

  /// The same properties in the form that Kafka's constructors take.
  public Map<String, Object> objects() {
    return Map.copyOf(clients);
  }

  /// A new client with a cache of its own.
  public SchemaRegistryClient registryClient() {
    return new SchemaRegistryClient(RegistryConfig.of(registry));
  }

  /// Only the names: any value may be a secret.
  @Override
  public String toString() {
    return "KafkaAccess" + clients.keySet();
  }
}
