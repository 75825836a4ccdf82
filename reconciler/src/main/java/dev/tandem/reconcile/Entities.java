package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.ContractSize;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.wire.Framing;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The entities of a domain, made ready to be compared. Not thread-safe.
final class Entities {
  private final Map<Integer, Forms> byOrdinal = new HashMap<>();

  /// @param key how it is named
  /// @param content what is compared
  /// @param tenant what the target says of whose it is
  record Forms(EntityForm key, ContentForm content, Optional<ObservedTenant> tenant) {
    EntityPlan plan() {
      return key.entity();
    }
  }

  /// What the contract topic knows the entities by.
  ///
  /// @param byOrdinal the ids of their key schemas, by ordinal
  /// @param largest bytes that key and value of a record may have together
  record KeyIds(Map<Integer, Integer> byOrdinal, int largest) {
    KeyIds {
      byOrdinal = Map.copyOf(byOrdinal);
    }

    /// With what a topic takes.
    KeyIds(Map<Integer, Integer> byOrdinal) {
      this(byOrdinal, ContractSize.LARGEST);
    }

    /// With no more than that.
    KeyIds within(int most) {
      return new KeyIds(byOrdinal, Math.min(largest, most));
    }

    /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
    static KeyIds register(DomainPlan plan, Registry registry) {
      String topic = plan.topics().contract();
      return new KeyIds(
          plan.entities().stream()
              .collect(
                  Collectors.toMap(
                      EntityPlan::ordinal,
                      entity -> {
                        var schema = entity.mapping().key();
                        return registry.register(Registry.subject(topic, schema), schema);
                      })));
    }
  }

  Entities(DomainPlan plan, KeyIds ids, SipHash hash) {
    for (EntityPlan entity : plan.entities()) {
      Integer id = ids.byOrdinal.get(entity.ordinal());
      if (id == null) {
        throw new IllegalStateException("no key schema of entity " + entity.name());
      }
      byOrdinal.put(
          entity.ordinal(),
          new Forms(
              new EntityForm(entity, hash, id),
              new ContentForm(entity, hash, ids.largest),
              ObservedTenant.of(plan, entity)));
    }
  }

  /// By a key of the state, or of an image, that begins with the entity's ordinal.
  Forms of(byte[] key) {
    Forms forms = byOrdinal.get((key[0] & 0xFF) << 8 | key[1] & 0xFF);
    if (forms == null) {
      throw new IllegalStateException("state of an entity that the plan has not");
    }
    return forms;
  }

  /// The key in the state of a contract key, or null if it is none of this domain's.
  @Nullable StateKey byContractKey(byte[] contractKey) {
    try {
      int schemaId = Framing.schemaId(contractKey);
      for (Forms forms : byOrdinal.values()) {
        if (forms.key().keySchemaId() == schemaId) {
          return forms.key().key(forms.key().read(contractKey));
        }
      }
      return null;
    } catch (UndecodableException notOurs) {
      return null;
    }
  }

  /// How rows of the target are kept.
  ObservedRows observedRows(TableUses tables) {
    var rows = new ObservedRows();
    byOrdinal.forEach(
        (ordinal, forms) ->
            rows.add(
                tables.sources(new byte[] {(byte) (ordinal >>> 8), (byte) (int) ordinal}), forms));
    return rows;
  }
}
