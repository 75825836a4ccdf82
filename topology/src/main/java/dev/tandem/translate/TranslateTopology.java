package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.Registry;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// The topology of one domain: outbox and repair in, contract and dead letters out, one
/// sub-topology.
///
/// The same for production and tests: it depends on the plan, the registry's ids and the
/// configuration alone. Every node and store is named; the names are part of the state's topics.
public final class TranslateTopology {
  static final String OUTBOX_SOURCE = "outbox";
  static final String REPAIR_SOURCE = "repair";
  static final String TRANSLATE = "translate";
  static final String CONTRACT_SINK = "contract";
  static final String DEAD_LETTER_SINK = "dead-letter";
  static final String ROWS = "rows";
  static final String DELETED = "deleted";
  static final String CONTRACT_KEYS = "contract-keys";
  static final String OPEN = "open-transaction";
  static final String PROGRESS = "progress";
  static final String COMMIT = "commit";

  private TranslateTopology() {}

  /// Registers the domain's contract schemas and lays the topology out.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
  public static Topology build(
      DomainPlan plan, Registry registry, TranslateConfig config, TranslateListener listener) {
    var limits = config.limits();
    var setup =
        new TranslateProcessor.Setup(
            plan,
            ContractSchemas.register(plan, registry),
            new OutboxDecoder(registry),
            new DeadLetters(registry, plan.topics().deadLetter()),
            new RegistryPatience(limits.registryPatience(), Thread::sleep),
            limits,
            listener);
    var bytes = new ByteArrayDeserializer();
    var keys = new ByteArraySerializer();
    var topics = plan.topics();
    return new Topology(new TopologyConfig(new StreamsConfig(properties(plan, config))))
        .addSource(AutoOffsetReset.earliest(), OUTBOX_SOURCE, bytes, bytes, topics.outbox())
        .addSource(AutoOffsetReset.earliest(), REPAIR_SOURCE, bytes, bytes, topics.repair())
        .addProcessor(TRANSLATE, () -> new TranslateProcessor(setup), OUTBOX_SOURCE, REPAIR_SOURCE)
        .addStateStore(large(ROWS), TRANSLATE)
        .addStateStore(large(DELETED), TRANSLATE)
        .addStateStore(large(CONTRACT_KEYS), TRANSLATE)
        .addStateStore(small(OPEN), TRANSLATE)
        .addStateStore(small(PROGRESS), TRANSLATE)
        .addStateStore(BeforeCommit.store(COMMIT), TRANSLATE)
        .addSink(
            CONTRACT_SINK,
            topics.contract(),
            keys,
            new Outgoing.Bytes(),
            new Outgoing.SamePartition(),
            TRANSLATE)
        .addSink(DEAD_LETTER_SINK, topics.deadLetter(), keys, new Outgoing.Bytes(), TRANSLATE);
  }

  /// Bytes; a kept row is a little larger than its outbox record, which may have 16 MiB.
  private static final int LARGEST_RECORD = 20 << 20;

  /// On disk, and not cached: the rules themselves write a row once per commit.
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> large(String name) {
    return store(Stores.persistentKeyValueStore(name)).withCachingDisabled();
  }

  /// In memory: small, and written once per commit.
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> small(String name) {
    return store(Stores.inMemoryKeyValueStore(name)).withCachingDisabled();
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of());
  }

  /// The properties that a domain's streams run with.
  static Properties properties(DomainPlan plan, TranslateConfig config) {
    var properties = new Properties();
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    // A large legacy transaction is translated in one go, which must not outlast Kafka's
    // transaction.
    properties.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 120_000);
    // What the outbox takes, state and contract take too.
    properties.put(StreamsConfig.producerPrefix("max.request.size"), LARGEST_RECORD);
    properties.put(StreamsConfig.topicPrefix("max.message.bytes"), LARGEST_RECORD);
    properties.put(StreamsConfig.producerPrefix("linger.ms"), 5);
    properties.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
    properties.put(StreamsConfig.producerPrefix("batch.size"), 128 << 10);
    properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 15_000);
    properties.put(StreamsConfig.consumerPrefix("max.poll.records"), 2_000);
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 4_000);
    properties.putAll(config.client());
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, plan.topics().translateApplication());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // The order between outbox and repair means nothing, so neither waits for the other.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    return properties;
  }
}
