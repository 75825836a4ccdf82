package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.wire.Framing;
import dev.tandem.wire.Registry;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/// The ids of a domain's contract schemas, registered by topic and record name. Immutable.
///
/// @param byEntity by the entity's ordinal
/// @param progress id of [#PROGRESS]
public record ContractSchemas(Map<Integer, Ids> byEntity, int progress) {
  /// Key and value of a progress marker. As a key its number is always 0, so that compaction keeps
  /// the newest marker of a partition only.
  public static final Schema PROGRESS =
      SchemaBuilder.record("Progress")
          .namespace("dev.tandem")
          .doc("Everything up to this offset of the outbox is translated.")
          .fields()
          .requiredLong("outboxEnd")
          .endRecord();

  /// @param key id of the entity's key schema
  /// @param value id of the contract's schema
  /// @param versions ids of the schemas of other versions that are published, by version
  public record Ids(int key, int value, SortedMap<Integer, Integer> versions) {
    public Ids {
      versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }
  }

  public ContractSchemas {
    byEntity = Map.copyOf(byEntity);
  }

  /// Registers what is new.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
  public static ContractSchemas register(DomainPlan plan, Registry registry) {
    String topic = plan.topics().contract();
    var ids = new HashMap<Integer, Ids>();
    for (EntityPlan entity : plan.entities()) {
      ids.put(
          entity.ordinal(),
          new Ids(
              register(registry, topic, entity.mapping().key()),
              register(registry, topic, entity.mapping().contract()),
              versions(plan, entity, registry)));
    }
    return new ContractSchemas(ids, register(registry, topic, PROGRESS));
  }

  /// A version's topic has the keys of the contract topic, so that both name an instance by the
  /// same bytes.
  private static SortedMap<Integer, Integer> versions(
      DomainPlan plan, EntityPlan entity, Registry registry) {
    var ids = new TreeMap<Integer, Integer>();
    for (PublishedVersion version : entity.published()) {
      String topic = plan.topics().contract(version.version());
      register(registry, topic, entity.mapping().key());
      ids.put(version.version(), register(registry, topic, version.schema()));
    }
    return ids;
  }

  private static int register(Registry registry, String topic, Schema schema) {
    return registry.register(Registry.subject(topic, schema), schema);
  }

  Ids of(EntityPlan entity) {
    Ids ids = byEntity.get(entity.ordinal());
    if (ids == null) {
      throw new IllegalStateException("no schema ids for entity " + entity.name());
    }
    return ids;
  }

  /// Ordinal of the entity that a contract key is of.
  Optional<Integer> entityOf(byte[] key) {
    int id = Framing.schemaId(key);
    return byEntity.entrySet().stream()
        .filter(entity -> entity.getValue().key == id)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  Set<Integer> keyIds() {
    return byEntity.values().stream().map(Ids::key).collect(Collectors.toUnmodifiableSet());
  }
}
