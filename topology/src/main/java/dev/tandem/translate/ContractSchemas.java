package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.wire.Registry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
  public record Ids(int key, int value) {}

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
              register(registry, topic, entity.mapping().contract())));
    }
    return new ContractSchemas(ids, register(registry, topic, PROGRESS));
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

  Set<Integer> keyIds() {
    return byEntity.values().stream().map(Ids::key).collect(Collectors.toUnmodifiableSet());
  }
}
