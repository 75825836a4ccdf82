package dev.tandem.wire;

import dev.tandem.job.OperatorAction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Actions of operators in Avro and Confluent framing. Thread-safe.
public final class OperatorActions {
  static final Schema SCHEMA =
      SchemaBuilder.record("OperatorAction")
          .namespace("dev.tandem")
          .fields()
          .requiredString("id")
          .requiredString("by")
          .requiredString("role")
          .requiredString("why")
          .requiredString("what")
          .requiredString("subject")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .name("outcome")
          .type(FramedRecord.enumOf(OperatorAction.Outcome.class, "Outcome", "dev.tandem.action"))
          .noDefault()
          .requiredString("detail")
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public OperatorActions(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(OperatorAction action) {
    var record = new GenericData.Record(SCHEMA);
    record.put("id", action.id());
    record.put("by", action.actor().by());
    record.put("role", action.actor().role());
    record.put("why", action.actor().why());
    record.put("what", action.what());
    record.put("subject", action.subject());
    record.put("at", action.at());
    record.put("outcome", FramedRecord.symbol(SCHEMA, "outcome", action.outcome()));
    record.put("detail", action.detail());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not an action of this version
  public static OperatorAction decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, OperatorActions::action);
  }

  private static OperatorAction action(GenericRecord record) {
    return new OperatorAction(
        FramedRecord.text(record, "id"),
        new OperatorAction.Actor(
            FramedRecord.text(record, "by"),
            FramedRecord.text(record, "role"),
            FramedRecord.text(record, "why")),
        FramedRecord.text(record, "what"),
        FramedRecord.text(record, "subject"),
        FramedRecord.whole(record, "at"),
        OperatorAction.Outcome.valueOf(FramedRecord.text(record, "outcome")),
        FramedRecord.text(record, "detail"));
  }
}
