package dev.tandem.wire;

import dev.tandem.evolution.TableTruncated;
import dev.tandem.plan.OnTruncate;
import dev.tandem.table.TableId;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;

/// Notices of truncated legacy tables in Avro and Confluent framing. Thread-safe.
public final class TableTruncations {
  static final Schema SCHEMA =
      SchemaBuilder.record("TableTruncated")
          .namespace("dev.tandem")
          .fields()
          .requiredString("domain")
          .requiredString("schema")
          .requiredString("table")
          .requiredString("policy")
          .requiredString("lsn")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public TableTruncations(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(TableTruncated truncated) {
    var record = new GenericData.Record(SCHEMA);
    record.put("domain", truncated.domain());
    record.put("schema", truncated.table().schema());
    record.put("table", truncated.table().name());
    record.put("policy", truncated.policy().name().toLowerCase(Locale.ROOT));
    record.put("lsn", truncated.lsn());
    record.put("at", truncated.at());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not a notice of this version
  public static TableTruncated decode(byte[] framed) {
    return FramedRecord.decode(
        SCHEMA,
        framed,
        record ->
            new TableTruncated(
                FramedRecord.text(record, "domain"),
                new TableId(
                    FramedRecord.text(record, "schema"), FramedRecord.text(record, "table")),
                OnTruncate.valueOf(FramedRecord.text(record, "policy").toUpperCase(Locale.ROOT)),
                FramedRecord.text(record, "lsn"),
                FramedRecord.whole(record, "at")));
  }
}
