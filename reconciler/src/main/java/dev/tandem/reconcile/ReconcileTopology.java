package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.plan.DomainPlan;
import dev.tandem.streams.BeforeCommit;
import dev.tandem.streams.ByteStores;
import dev.tandem.streams.Outgoing;
import dev.tandem.streams.RegistryPatience;
import dev.tandem.streams.TakenBefore;
import dev.tandem.wire.Divergences;
import dev.tandem.wire.LagReports;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RepairStops;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;

/// The topology of one domain: outbox and observed topic in, divergences, lag reports, repairs and
/// stops of repairs out, one sub-topology. The repairs come in as well, since some are asked for by
/// hand.
///
/// The same for production and tests. Every node and store is named; the names are part of the
/// state's topics.
public final class ReconcileTopology {
  static final String OUTBOX_SOURCE = "outbox";
  static final String OBSERVED_SOURCE = "observed";
  static final String REPAIR_SOURCE = "asked";
  static final String RECONCILE = "reconcile";
  static final String DIVERGENCE_SINK = "divergence";
  static final String LAG_SINK = "reconciliation-lag";
  static final String REPAIR_SINK = "repair";
  static final String CONTROL_SINK = "control";
  static final String LEGACY = "legacy-";
  static final String TARGET = "target-";
  static final String ROWS = "rows";
  static final String DELETED = "deleted";
  static final String OPEN = "open-transaction";
  static final String MARKS = "marks";
  static final String ENTITIES = "entities";
  static final String DUE = "due";
  static final String COMMIT = "commit";

  private ReconcileTopology() {}

  /// What is asked of the world around the topology.
  ///
  /// @param ends the ends of a partition's topics
  public record Surroundings(Registry registry, PartitionEnds ends, ReconcileListener listener) {}

  /// Registers the schemas of what is written and lays the topology out.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
  public static Topology build(DomainPlan plan, ReconcileConfig config, Surroundings surroundings) {
    var topics = plan.topics();
    Registry registry = surroundings.registry();
    var setup =
        new ReconcileProcessor.Setup(
            plan,
            config,
            surroundings,
            Entities.KeyIds.register(plan, registry).within(config.streams().largestRecord()),
            new SipHash(config.key()),
            new ReconcileProcessor.Codecs(
                new OutboxDecoder(registry),
                new Divergences(registry, topics.divergence()),
                new LagReports(registry, topics.reconciliationLag()),
                new RepairStops(registry, topics.control()),
                new RegistryPatience(config.limits().registryPatience(), Thread::sleep)),
            TakenBefore.askedOf(config.streams().client()));
    var bytes = new ByteArrayDeserializer();
    var keys = new ByteArraySerializer();
    var topology =
        new Topology(
                new TopologyConfig(
                    new StreamsConfig(config.streams().properties(topics.reconcileApplication()))))
            .addSource(AutoOffsetReset.earliest(), OUTBOX_SOURCE, bytes, bytes, topics.outbox())
            .addSource(AutoOffsetReset.earliest(), OBSERVED_SOURCE, bytes, bytes, topics.observed())
            .addSource(AutoOffsetReset.earliest(), REPAIR_SOURCE, bytes, bytes, topics.repair())
            .addProcessor(
                RECONCILE,
                () -> new ReconcileProcessor(setup),
                OUTBOX_SOURCE,
                OBSERVED_SOURCE,
                REPAIR_SOURCE)
            .addStateStore(ByteStores.large(ENTITIES), RECONCILE)
            .addStateStore(ByteStores.large(DUE), RECONCILE)
            .addStateStore(BeforeCommit.store(COMMIT), RECONCILE);
    for (String side : new String[] {LEGACY, TARGET}) {
      topology
          .addStateStore(ByteStores.large(side + ROWS), RECONCILE)
          .addStateStore(ByteStores.large(side + DELETED), RECONCILE)
          .addStateStore(ByteStores.small(side + OPEN), RECONCILE)
          .addStateStore(ByteStores.small(side + MARKS), RECONCILE);
    }
    return topology
        .addSink(DIVERGENCE_SINK, topics.divergence(), keys, new Outgoing.Bytes(), RECONCILE)
        .addSink(LAG_SINK, topics.reconciliationLag(), keys, new Outgoing.Bytes(), RECONCILE)
        .addSink(
            REPAIR_SINK,
            topics.repair(),
            keys,
            new Outgoing.Bytes(),
            new Outgoing.SamePartition(),
            RECONCILE)
        .addSink(CONTROL_SINK, topics.control(), keys, new Outgoing.Bytes(), RECONCILE);
  }
}
