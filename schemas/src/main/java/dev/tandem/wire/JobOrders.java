package dev.tandem.wire;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import java.time.Duration;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Orders of jobs in Avro and Confluent framing. Thread-safe.
public final class JobOrders {
  private static final String NAMESPACE = "dev.tandem.job";
  static final Schema SCHEMA =
      SchemaBuilder.record("JobOrder")
          .namespace("dev.tandem")
          .fields()
          .requiredString("id")
          .name("kind")
          .type(FramedRecord.enumOf(JobOrder.Kind.class, "Kind", NAMESPACE))
          .noDefault()
          .requiredString("domain")
          .requiredString("entity")
          .requiredString("where")
          .name("keys")
          .type(Schema.createArray(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .requiredDouble("share")
          .requiredString("tenant")
          .requiredLong("rate")
          .requiredInt("lanes")
          .requiredLong("mostFindings")
          .requiredLong("withinMillis")
          .name("wanted")
          .type(FramedRecord.enumOf(JobOrder.Wanted.class, "Wanted", NAMESPACE))
          .noDefault()
          .requiredString("by")
          .requiredString("why")
          .name("begun")
          .type(FramedRecord.instant())
          .noDefault()
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public JobOrders(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(JobOrder order) {
    var record = new GenericData.Record(SCHEMA);
    record.put("id", order.id());
    record.put("kind", FramedRecord.symbol(SCHEMA, "kind", order.kind()));
    record.put("domain", order.domain());
    record.put("entity", order.scope().entity());
    record.put("where", order.scope().where());
    record.put("keys", order.scope().keys());
    record.put("share", order.scope().share());
    record.put("tenant", order.scope().tenant());
    record.put("rate", order.limits().rate());
    record.put("lanes", order.limits().lanes());
    record.put("mostFindings", order.limits().mostFindings());
    record.put("withinMillis", order.limits().within().toMillis());
    record.put("wanted", FramedRecord.symbol(SCHEMA, "wanted", order.wanted()));
    record.put("by", order.asked().by());
    record.put("why", order.asked().why());
    record.put("begun", order.asked().begun());
    record.put("at", order.asked().at());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not an order of this version
  public static JobOrder decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, JobOrders::order);
  }

  private static JobOrder order(GenericRecord record) {
    return new JobOrder(
        FramedRecord.text(record, "id"),
        JobOrder.Kind.valueOf(FramedRecord.text(record, "kind")),
        FramedRecord.text(record, "domain"),
        new JobScope(
            FramedRecord.text(record, "entity"),
            FramedRecord.text(record, "where"),
            ((List<?>) record.get("keys")).stream().map(Object::toString).toList(),
            (Double) record.get("share"),
            FramedRecord.text(record, "tenant")),
        JobLimits.written(
            FramedRecord.whole(record, "rate"),
            (Integer) record.get("lanes"),
            FramedRecord.whole(record, "mostFindings"),
            Duration.ofMillis(FramedRecord.whole(record, "withinMillis"))),
        JobOrder.Wanted.valueOf(FramedRecord.text(record, "wanted")),
        new JobOrder.Asked(
            FramedRecord.text(record, "by"),
            FramedRecord.text(record, "why"),
            FramedRecord.whole(record, "begun"),
            FramedRecord.whole(record, "at")));
  }
}
