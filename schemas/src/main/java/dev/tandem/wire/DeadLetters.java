package dev.tandem.wire;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Dead letters in Avro and Confluent framing. Thread-safe.
public final class DeadLetters {
  private static final String NAMESPACE = "dev.tandem";
  static final Schema SCHEMA =
      SchemaBuilder.record("DeadLetter")
          .namespace(NAMESPACE)
          .fields()
          .name("stage")
          .type(FramedRecord.enumOf(DeadLetter.Stage.class, "Stage", NAMESPACE))
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
          .type(FramedRecord.instant())
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
    record.put("stage", FramedRecord.symbol(SCHEMA, "stage", letter.stage()));
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
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not a dead letter of this version
  public static DeadLetter decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, DeadLetters::letter);
  }

  private static DeadLetter letter(GenericRecord record) {
    return new DeadLetter(
        DeadLetter.Stage.valueOf(FramedRecord.text(record, "stage")),
        FramedRecord.text(record, "domain"),
        FramedRecord.text(record, "entity"),
        FramedRecord.text(record, "topic"),
        (Integer) record.get("partition"),
        FramedRecord.whole(record, "offset"),
        FramedRecord.text(record, "reason"),
        FramedRecord.text(record, "cause"),
        unwrap((ByteBuffer) record.get("key")),
        unwrap((ByteBuffer) record.get("payload")),
        FramedRecord.whole(record, "at"));
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
