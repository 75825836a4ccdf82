package dev.tandem.wire;

import dev.tandem.job.Discard;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Discarded dead letters in Avro and Confluent framing. Thread-safe.
public final class Discards {
  private static final Schema PLACE =
      SchemaBuilder.record("LetterPlace")
          .namespace("dev.tandem")
          .fields()
          .requiredString("of")
          .requiredInt("partition")
          .requiredLong("offset")
          .endRecord();

  static final Schema SCHEMA =
      SchemaBuilder.record("Discard")
          .namespace("dev.tandem")
          .fields()
          .requiredString("id")
          .requiredString("by")
          .requiredString("why")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .requiredString("domain")
          .requiredString("entity")
          .requiredString("stage")
          .name("letters")
          .type(Schema.createArray(PLACE))
          .noDefault()
          .name("upTo")
          .type(Schema.createArray(PLACE))
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public Discards(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(Discard discard) {
    var record = new GenericData.Record(SCHEMA);
    record.put("id", discard.id());
    record.put("by", discard.asked().by());
    record.put("why", discard.asked().why());
    record.put("at", discard.asked().at());
    record.put("domain", discard.scope().domain());
    record.put("entity", discard.scope().entity());
    record.put("stage", discard.scope().stage());
    record.put("letters", discard.letters().stream().map(Discards::record).toList());
    record.put("upTo", discard.upTo().stream().map(Discards::record).toList());
    return FramedRecord.encode(id, record);
  }

  private static GenericRecord record(Discard.Place place) {
    var record = new GenericData.Record(PLACE);
    record.put("of", place.of());
    record.put("partition", place.partition());
    record.put("offset", place.offset());
    return record;
  }

  /// @throws UndecodableException if the bytes are not a discard of this version
  public static Discard decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, Discards::discard);
  }

  private static Discard discard(GenericRecord record) {
    return new Discard(
        FramedRecord.text(record, "id"),
        new Discard.Asked(
            FramedRecord.text(record, "by"),
            FramedRecord.text(record, "why"),
            FramedRecord.whole(record, "at")),
        new Discard.Scope(
            FramedRecord.text(record, "domain"),
            FramedRecord.text(record, "entity"),
            FramedRecord.text(record, "stage")),
        places(record, "letters"),
        places(record, "upTo"));
  }

  private static List<Discard.Place> places(GenericRecord record, String field) {
    var places = new ArrayList<Discard.Place>();
    for (Object place : (List<?>) record.get(field)) {
      var read = (GenericRecord) place;
      places.add(
          new Discard.Place(
              FramedRecord.text(read, "of"),
              (int) FramedRecord.whole(read, "partition"),
              FramedRecord.whole(read, "offset")));
    }
    return places;
  }
}
