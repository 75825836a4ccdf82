package dev.tandem.wire;

import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Stops of repairs in Avro and Confluent framing. Thread-safe.
public final class RepairStops {
  static final Schema SCHEMA =
      SchemaBuilder.record("RepairStop")
          .namespace("dev.tandem")
          .fields()
          .requiredString("domain")
          .requiredInt("partition")
          .requiredBoolean("stopped")
          .requiredString("reason")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic, so that a stop can be written when the registry is away.
  public RepairStops(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(RepairStop stop) {
    var record = new GenericData.Record(SCHEMA);
    record.put("domain", stop.domain());
    record.put("partition", stop.partition());
    record.put("stopped", stop.stopped());
    record.put("reason", stop.reason());
    record.put("at", stop.at());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not a stop of this version
  public static RepairStop decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, RepairStops::stop);
  }

  private static RepairStop stop(GenericRecord record) {
    return new RepairStop(
        FramedRecord.text(record, "domain"),
        (Integer) record.get("partition"),
        (Boolean) record.get("stopped"),
        FramedRecord.text(record, "reason"),
        FramedRecord.whole(record, "at"));
  }
}
