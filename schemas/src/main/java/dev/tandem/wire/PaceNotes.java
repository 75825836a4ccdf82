package dev.tandem.wire;

import dev.tandem.generation.PaceNote;
import dev.tandem.job.PressureRule.Level;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// What is said of how fast generations are applied, in Avro and Confluent framing. Thread-safe.
public final class PaceNotes {
  static final Schema SCHEMA =
      SchemaBuilder.record("PaceNote")
          .namespace("dev.tandem")
          .fields()
          .requiredString("domain")
          .requiredInt("generation")
          .name("level")
          .type(FramedRecord.enumOf(Level.class, "Level", "dev.tandem.pace"))
          .noDefault()
          .requiredString("reason")
          .requiredLong("rate")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public PaceNotes(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(PaceNote note) {
    var record = new GenericData.Record(SCHEMA);
    record.put("domain", note.domain());
    record.put("generation", note.number());
    record.put("level", FramedRecord.symbol(SCHEMA, "level", note.level()));
    record.put("reason", note.reason());
    record.put("rate", note.rate());
    record.put("at", note.at());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not a note of this version
  public static PaceNote decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, PaceNotes::note);
  }

  private static PaceNote note(GenericRecord record) {
    return new PaceNote(
        FramedRecord.text(record, "domain"),
        (int) FramedRecord.whole(record, "generation"),
        Level.valueOf(FramedRecord.text(record, "level")),
        FramedRecord.text(record, "reason"),
        FramedRecord.whole(record, "rate"),
        FramedRecord.whole(record, "at"));
  }
}
