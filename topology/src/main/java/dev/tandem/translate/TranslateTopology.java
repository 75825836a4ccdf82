package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.streams.BeforeCommit;
import dev.tandem.streams.ByteStores;
import dev.tandem.streams.Outgoing;
import dev.tandem.streams.RegistryPatience;
import dev.tandem.streams.TakenBefore;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.Registry;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;

/// The topology of one domain: outbox and repair in; contract, its published other versions and
/// dead
/// letters out; one sub-topology, so that a record and its other versions are in one transaction.
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
            TakenBefore.askedOf(config.streams().client()),
            limits,
            config.largestRecord(),
            listener);
    var bytes = new ByteArrayDeserializer();
    var keys = new ByteArraySerializer();
    var topics = plan.topics();
    var topology = new Topology(new TopologyConfig(new StreamsConfig(properties(plan, config))));
    topology
        .addSource(AutoOffsetReset.earliest(), OUTBOX_SOURCE, bytes, bytes, topics.outbox())
        .addSource(AutoOffsetReset.earliest(), REPAIR_SOURCE, bytes, bytes, topics.repair())
        .addProcessor(TRANSLATE, () -> new TranslateProcessor(setup), OUTBOX_SOURCE, REPAIR_SOURCE)
        .addStateStore(ByteStores.large(ROWS), TRANSLATE)
        .addStateStore(ByteStores.large(DELETED), TRANSLATE)
        .addStateStore(ByteStores.large(CONTRACT_KEYS), TRANSLATE)
        .addStateStore(ByteStores.small(OPEN), TRANSLATE)
        .addStateStore(ByteStores.small(PROGRESS), TRANSLATE)
        .addStateStore(BeforeCommit.store(COMMIT), TRANSLATE)
        .addSink(
            CONTRACT_SINK,
            topics.contract(),
            keys,
            new Outgoing.Bytes(),
            new Outgoing.SamePartition(),
            TRANSLATE)
        .addSink(DEAD_LETTER_SINK, topics.deadLetter(), keys, new Outgoing.Bytes(), TRANSLATE);
    for (int version : plan.publishedVersions()) {
      topology.addSink(
          versionSink(version),
          topics.contract(version),
          keys,
          new Outgoing.Bytes(),
          new Outgoing.SamePartition(),
          TRANSLATE);
    }
    return topology;
  }

  /// The node that writes to a version's topic; it is there only where the version is published.
  static String versionSink(int version) {
    return CONTRACT_SINK + "-v" + version;
  }

  /// The properties that a domain's streams run with.
  static Properties properties(DomainPlan plan, TranslateConfig config) {
    return config.streams().properties(plan.topics().translateApplication());
  }
}
