package dev.tandem.translate;

import dev.tandem.plan.ContractData;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.wire.Framing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// Writes contract keys and values in Confluent framing. Not thread-safe.
final class ContractCodec {
  private final Map<Integer, Writer> keys = new HashMap<>();
  private final Map<Integer, Writer> values = new HashMap<>();
  /// By entity, then by version.
  private final Map<Integer, Map<Integer, Writer>> versions = new HashMap<>();

  private final Writer progress;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private @Nullable BinaryEncoder encoder;

  private record Writer(int id, GenericDatumWriter<GenericRecord> avro) {
    static Writer of(int id, Schema schema) {
      return new Writer(id, new GenericDatumWriter<>(schema, ContractData.MODEL));
    }
  }

  /// Ids of the key schemas of which a key says its partition.
  private final Set<Integer> placed = new HashSet<>();

  ContractCodec(DomainPlan plan, ContractSchemas schemas) {
    for (EntityPlan entity : plan.entities()) {
      var ids = schemas.of(entity);
      if (plan.saysPartition(entity)) {
        placed.add(ids.key());
      }
      keys.put(entity.ordinal(), Writer.of(ids.key(), entity.mapping().key()));
      values.put(entity.ordinal(), Writer.of(ids.value(), entity.mapping().contract()));
      var published = new HashMap<Integer, Writer>();
      for (PublishedVersion version : entity.published()) {
        int id = Objects.requireNonNull(ids.versions().get(version.version()));
        published.put(version.version(), Writer.of(id, version.schema()));
      }
      versions.put(entity.ordinal(), published);
    }
    progress = Writer.of(schemas.progress(), ContractSchemas.PROGRESS);
  }

  byte[] key(EntityPlan entity, GenericRecord key) {
    return encode(writer(keys, entity), key);
  }

  /// Whether a framed key says which partition it belongs to.
  boolean saysPartition(byte[] key) {
    return placed.contains(Framing.schemaId(key));
  }

  byte[] value(EntityPlan entity, GenericRecord value) {
    return encode(writer(values, entity), value);
  }

  /// @param value as that version has it
  byte[] version(EntityPlan entity, int version, GenericRecord value) {
    Writer writer = versions.getOrDefault(entity.ordinal(), Map.of()).get(version);
    if (writer == null) {
      throw new IllegalStateException(
          "no writer for version " + version + " of entity " + entity.name());
    }
    return encode(writer, value);
  }

  byte[] progress(long outboxEnd) {
    var marker = new GenericData.Record(ContractSchemas.PROGRESS);
    marker.put("outboxEnd", outboxEnd);
    return encode(progress, marker);
  }

  private static Writer writer(Map<Integer, Writer> writers, EntityPlan entity) {
    Writer writer = writers.get(entity.ordinal());
    if (writer == null) {
      throw new IllegalStateException("no writer for entity " + entity.name());
    }
    return writer;
  }

  private byte[] encode(Writer writer, GenericRecord record) {
    out.reset();
    byte[] frame = new byte[Framing.SIZE];
    Framing.write(frame, writer.id);
    out.writeBytes(frame);
    try {
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      writer.avro.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
