package dev.tandem.apply;

import dev.tandem.plan.ContractData;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.Framing;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Reads contract records: which entity they are of by their key's schema, their content in the
/// version of the plan whatever version they were written in. Not thread-safe.
final class ContractDecoder {
  private final Registry registry;
  private final String domain;
  private final Map<String, EntityPlan> byKeySchema = new HashMap<>();
  private final Map<Integer, EntityPlan> byKeyId = new HashMap<>();
  private final Map<Integer, GenericDatumReader<GenericRecord>> keys = new HashMap<>();
  private final Map<Integer, GenericDatumReader<GenericRecord>> values = new HashMap<>();
  private @Nullable BinaryDecoder reused;

  ContractDecoder(DomainPlan domain, Registry registry) {
    this.registry = registry;
    this.domain = domain.name();
    for (EntityPlan entity : domain.entities()) {
      String name = entity.mapping().key().getFullName();
      if (byKeySchema.put(name, entity) != null) {
        throw new IllegalArgumentException(
            "two entities of domain " + domain.name() + " share the key schema " + name);
      }
    }
  }

  /// The record with its position read; a record whose header cannot be read has none.
  static Incoming incoming(ConsumerRecord<byte[], byte[]> record) {
    ContractPosition position;
    try {
      position = ContractPosition.of(record.headers());
    } catch (UndecodableException _) {
      position = null;
    }
    return new Incoming(record.offset(), position, record.key(), record.value());
  }

  /// @throws UndecodableException if the key is of no entity of the domain
  /// @throws dev.tandem.wire.RegistryException if its schema is not to be had
  EntityPlan entity(byte @Nullable [] key) {
    if (key == null) {
      throw new UndecodableException("contract record without a key");
    }
    int id = Framing.schemaId(key);
    EntityPlan known = byKeyId.get(id);
    if (known != null) {
      return known;
    }
    String name = registry.byId(id).getFullName();
    EntityPlan entity = byKeySchema.get(name);
    if (entity == null) {
      throw new UndecodableException("key schema " + name + " is of no entity of domain " + domain);
    }
    byKeyId.put(id, entity);
    return entity;
  }

  GenericRecord key(EntityPlan entity, byte[] key) {
    return read(keys, key, entity.mapping().key());
  }

  GenericRecord value(EntityPlan entity, byte[] value) {
    return read(values, value, entity.mapping().contract());
  }

  private GenericRecord read(
      Map<Integer, GenericDatumReader<GenericRecord>> readers, byte[] framed, Schema wanted) {
    int id = Framing.schemaId(framed);
    var reader = readers.get(id);
    if (reader == null) {
      reader = new GenericDatumReader<>(registry.byId(id), wanted, ContractData.MODEL);
      readers.put(id, reader);
    }
    try {
      reused =
          DecoderFactory.get()
              .binaryDecoder(framed, Framing.SIZE, framed.length - Framing.SIZE, reused);
      return reader.read(null, reused);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      readers.remove(id);
      throw new UndecodableException(
          "not a record of schema " + id + " readable as " + wanted.getFullName(), e);
    }
  }
}
