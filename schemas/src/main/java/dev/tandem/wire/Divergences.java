package dev.tandem.wire;

import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Position;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Divergence events in Avro and Confluent framing. Thread-safe.
public final class Divergences {
  private static final String NAMESPACE = "dev.tandem.divergence";
  private static final Schema TEXT_OR_NULL =
      OutboxSchemas.nullable(Schema.create(Schema.Type.STRING));
  private static final Schema KEY_PART =
      SchemaBuilder.record("KeyPart")
          .namespace(NAMESPACE)
          .fields()
          .requiredString("field")
          .requiredString("value")
          .endRecord();
  private static final Schema FIELD =
      SchemaBuilder.record("FieldDifference")
          .namespace(NAMESPACE)
          .fields()
          .requiredString("field")
          .name("expected")
          .type(TEXT_OR_NULL)
          .noDefault()
          .name("observed")
          .type(TEXT_OR_NULL)
          .noDefault()
          .endRecord();
  private static final Schema POSITION =
      SchemaBuilder.record("Position")
          .namespace(NAMESPACE)
          .fields()
          .requiredBoolean("present")
          .requiredLong("offset")
          .requiredInt("epoch")
          .requiredLong("xid")
          .name("committedAt")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();
  private static final Schema CONTEXT =
      SchemaBuilder.record("Context")
          .namespace(NAMESPACE)
          .fields()
          .requiredInt("partition")
          .requiredLong("verdictAt")
          .requiredInt("generation")
          .requiredInt("contractVersion")
          .requiredString("mapping")
          .requiredString("authority")
          .requiredString("remedy")
          .requiredString("detail")
          .requiredInt("attempts")
          .name("openedAt")
          .type(FramedRecord.instant())
          .noDefault()
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();
  static final Schema SCHEMA =
      SchemaBuilder.record("Divergence")
          .namespace("dev.tandem")
          .fields()
          .requiredString("id")
          .name("state")
          .type(FramedRecord.enumOf(Divergence.State.class, "State", NAMESPACE))
          .noDefault()
          .name("kind")
          .type(FramedRecord.enumOf(Divergence.Kind.class, "Kind", NAMESPACE))
          .noDefault()
          .requiredString("domain")
          .requiredString("entity")
          .name("key")
          .type(Schema.createArray(KEY_PART))
          .noDefault()
          .requiredString("tenant")
          .name("fields")
          .type(Schema.createArray(FIELD))
          .noDefault()
          .name("legacy")
          .type(POSITION)
          .noDefault()
          .name("target")
          .type(POSITION)
          .noDefault()
          .name("context")
          .type(CONTEXT)
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic, so that an event can be written when the registry is
  /// away.
  public Divergences(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(Divergence divergence) {
    var record = new GenericData.Record(SCHEMA);
    record.put("id", divergence.id());
    record.put("state", FramedRecord.symbol(SCHEMA, "state", divergence.state()));
    record.put("kind", FramedRecord.symbol(SCHEMA, "kind", divergence.kind()));
    record.put("domain", divergence.domain());
    record.put("entity", divergence.entity());
    record.put("key", divergence.key().stream().map(Divergences::record).toList());
    record.put("tenant", divergence.tenant());
    record.put("fields", divergence.fields().stream().map(Divergences::record).toList());
    record.put("legacy", record(divergence.legacy()));
    record.put("target", record(divergence.target()));
    record.put("context", record(divergence.context()));
    return FramedRecord.encode(id, record);
  }

  private static GenericRecord record(KeyPart part) {
    var record = new GenericData.Record(KEY_PART);
    record.put("field", part.field());
    record.put("value", part.value());
    return record;
  }

  private static GenericRecord record(FieldDifference difference) {
    var record = new GenericData.Record(FIELD);
    record.put("field", difference.field());
    record.put("expected", difference.expected());
    record.put("observed", difference.observed());
    return record;
  }

  private static GenericRecord record(Position position) {
    var record = new GenericData.Record(POSITION);
    record.put("present", position.present());
    record.put("offset", position.offset());
    record.put("epoch", position.epoch());
    record.put("xid", position.xid());
    record.put("committedAt", position.committedAt());
    return record;
  }

  private static GenericRecord record(Context context) {
    var record = new GenericData.Record(CONTEXT);
    record.put("partition", context.partition());
    record.put("verdictAt", context.verdictAt());
    record.put("generation", context.generation());
    record.put("contractVersion", context.contractVersion());
    record.put("mapping", context.mapping());
    record.put("authority", context.authority());
    record.put("remedy", context.remedy());
    record.put("detail", context.detail());
    record.put("attempts", context.attempts());
    record.put("openedAt", context.openedAt());
    record.put("at", context.at());
    return record;
  }

  /// @throws UndecodableException if the bytes are not an event of this version
  public static Divergence decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, Divergences::divergence);
  }

  private static Divergence divergence(GenericRecord record) {
    return new Divergence(
        FramedRecord.text(record, "id"),
        Divergence.State.valueOf(FramedRecord.text(record, "state")),
        Divergence.Kind.valueOf(FramedRecord.text(record, "kind")),
        FramedRecord.text(record, "domain"),
        FramedRecord.text(record, "entity"),
        list(record, "key").stream()
            .map(it -> new KeyPart(FramedRecord.text(it, "field"), FramedRecord.text(it, "value")))
            .toList(),
        FramedRecord.text(record, "tenant"),
        list(record, "fields").stream()
            .map(
                it ->
                    new FieldDifference(
                        FramedRecord.text(it, "field"),
                        textOrNull(it.get("expected")),
                        textOrNull(it.get("observed"))))
            .toList(),
        position((GenericRecord) record.get("legacy")),
        position((GenericRecord) record.get("target")),
        context((GenericRecord) record.get("context")));
  }

  private static Position position(GenericRecord record) {
    return new Position(
        (Boolean) record.get("present"),
        FramedRecord.whole(record, "offset"),
        (Integer) record.get("epoch"),
        FramedRecord.whole(record, "xid"),
        FramedRecord.whole(record, "committedAt"));
  }

  private static Context context(GenericRecord record) {
    return new Context(
        (Integer) record.get("partition"),
        FramedRecord.whole(record, "verdictAt"),
        (Integer) record.get("generation"),
        (Integer) record.get("contractVersion"),
        FramedRecord.text(record, "mapping"),
        FramedRecord.text(record, "authority"),
        FramedRecord.text(record, "remedy"),
        FramedRecord.text(record, "detail"),
        (Integer) record.get("attempts"),
        FramedRecord.whole(record, "openedAt"),
        FramedRecord.whole(record, "at"));
  }

  private static List<GenericRecord> list(GenericRecord record, String field) {
    return ((List<?>) record.get(field)).stream().map(GenericRecord.class::cast).toList();
  }

  private static @Nullable String textOrNull(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
