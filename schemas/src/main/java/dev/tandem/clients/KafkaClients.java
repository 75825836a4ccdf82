package dev.tandem.clients;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The one place where clients of Kafka are made, all of them of bytes.
///
/// Kafka calls a name that cannot be resolved a wrong configuration, and says it with the class of
/// a configuration that is wrong for good. The two are told apart here, by its words: the first is
/// an [UnresolvedException], the second stays what it was.
public final class KafkaClients {
  /// Source: Apache Kafka 4.3, `ClientUtils.parseAndValidateAddresses`.
  private static final String UNRESOLVED = "No resolvable bootstrap urls";

  private KafkaClients() {}

  /// @throws UnresolvedException if the servers have no address now
  public static Admin admin(Map<String, Object> config) {
    return made(config, () -> Admin.create(config));
  }

  /// @throws UnresolvedException if the servers have no address now
  public static KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
    return made(
        config,
        () -> new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /// One that never makes a topic by asking for it: brokers do so by default, with settings that
  /// are not ours, and a topic that was lost would be back, empty.
  ///
  /// @throws UnresolvedException if the servers have no address now
  public static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
    var own = new HashMap<>(config);
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return made(
        config,
        () -> new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /// What is made with clients inside.
  ///
  /// @throws UnresolvedException if the servers have no address now
  public static <T> T made(Map<?, ?> config, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (KafkaException e) {
      if (isUnresolved(e)) {
        throw new UnresolvedException(servers(config));
      }
      throw e;
    }
  }

  private static boolean isUnresolved(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException
          && String.valueOf(cause.getMessage()).startsWith(UNRESOLVED)) {
        return true;
      }
    }
    return false;
  }

  private static String servers(Map<?, ?> config) {
    Object servers = config.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    return servers instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(servers);
  }
}
