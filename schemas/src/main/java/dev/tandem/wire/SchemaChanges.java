package dev.tandem.wire;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.table.TableId;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Notices of legacy schema changes in Avro and Confluent framing. Thread-safe.
public final class SchemaChanges {
  static final Schema SCHEMA =
      SchemaBuilder.record("SchemaChanged")
          .namespace("dev.tandem")
          .fields()
          .requiredString("domain")
          .requiredString("schema")
          .requiredString("table")
          .name("changes")
          .type(Schema.createArray(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .name("reads")
          .type(Schema.createArray(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .requiredString("finding")
          .requiredString("lsn")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public SchemaChanges(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(SchemaChanged change) {
    var record = new GenericData.Record(SCHEMA);
    record.put("domain", change.domain());
    record.put("schema", change.table().schema());
    record.put("table", change.table().name());
    record.put("changes", change.changes());
    record.put("reads", change.reads());
    record.put("finding", change.finding());
    record.put("lsn", change.lsn());
    record.put("at", change.at());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not a notice of this version
  public static SchemaChanged decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, SchemaChanges::changed);
  }

  private static SchemaChanged changed(GenericRecord record) {
    return new SchemaChanged(
        FramedRecord.text(record, "domain"),
        new TableId(FramedRecord.text(record, "schema"), FramedRecord.text(record, "table")),
        texts(record, "changes"),
        texts(record, "reads"),
        FramedRecord.text(record, "finding"),
        FramedRecord.text(record, "lsn"),
        FramedRecord.whole(record, "at"));
  }

  private static List<String> texts(GenericRecord record, String field) {
    return ((List<?>) record.get(field)).stream().map(Object::toString).toList();
  }
}
