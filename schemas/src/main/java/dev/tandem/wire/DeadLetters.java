package dev.tandem.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// Dead letters in Avro and Confluent framing. Thread-safe.
public final class DeadLetters {
  private static final String NAMESPACE = "dev.tandem";
  static final Schema SCHEMA =
      SchemaBuilder.record("DeadLetter")
          .namespace(NAMESPACE)
          .fields()
          .name("stage")
          .type(
              Schema.createEnum("Stage", null, NAMESPACE, List.of("CAPTURE", "TRANSLATE", "APPLY")))
          .noDefault()
          .requiredString("domain")
          .requiredString("entity")
          .requiredString("topic")
          .requiredInt("partition")
          .requiredLong("offset")
          .requiredString("reason")
          .requiredString("cause")
          .name("key")
          .type(OutboxSchemas.nullable(Schema.create(Schema.Type.BYTES)))
          .noDefault()
          .name("payload")
          .type(OutboxSchemas.nullable(Schema.create(Schema.Type.BYTES)))
          .noDefault()
          .name("at")
          .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .endRecord();
  private final int id;

  /// Registers the schema under the topic, so that a dead letter can be written when the registry
  /// is away.
  public DeadLetters(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(DeadLetter letter) {
    var record = new GenericData.Record(SCHEMA);
    record.put(
        "stage",
        new GenericData.EnumSymbol(SCHEMA.getField("stage").schema(), letter.stage().name()));
    record.put("domain", letter.domain());
    record.put("entity", letter.entity());
    record.put("topic", letter.topic());
    record.put("partition", letter.partition());
    record.put("offset", letter.offset());
    record.put("reason", letter.reason());
    record.put("cause", letter.cause());
    record.put("key", wrap(letter.key()));
    record.put("payload", wrap(letter.payload()));
    record.put("at", letter.at());
    var out = new ByteArrayOutputStream();
    byte[] frame = new byte[Framing.SIZE];
    Framing.write(frame, id);
    out.writeBytes(frame);
    try {
      var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// @throws UndecodableException if the bytes are not a dead letter of this version
  public static DeadLetter decode(byte[] framed) {
    Framing.schemaId(framed);
    try {
      var decoder =
          DecoderFactory.get()
              .binaryDecoder(framed, Framing.SIZE, framed.length - Framing.SIZE, null);
      GenericRecord record = new GenericDatumReader<GenericRecord>(SCHEMA).read(null, decoder);
      return new DeadLetter(
          DeadLetter.Stage.valueOf(record.get("stage").toString()),
          record.get("domain").toString(),
          record.get("entity").toString(),
          record.get("topic").toString(),
          (Integer) record.get("partition"),
          (Long) record.get("offset"),
          record.get("reason").toString(),
          record.get("cause").toString(),
          unwrap((ByteBuffer) record.get("key")),
          unwrap((ByteBuffer) record.get("payload")),
          (Long) record.get("at"));
    } catch (IOException | RuntimeException e) {
      throw new UndecodableException("not a dead letter", e);
    }
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static byte @Nullable [] unwrap(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
