package dev.tandem.wire;

import dev.tandem.generation.PaceOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Orders of how fast generations are applied, in Avro and Confluent framing. Thread-safe.
public final class PaceOrders {
  static final Schema SCHEMA =
      SchemaBuilder.record("PaceOrder")
          .namespace("dev.tandem")
          .fields()
          .requiredString("domain")
          .requiredInt("generation")
          .name("wanted")
          .type(FramedRecord.enumOf(PaceOrder.Wanted.class, "Wanted", "dev.tandem.pace"))
          .noDefault()
          .requiredLong("rate")
          .requiredString("by")
          .requiredString("why")
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .endRecord();

  private final int id;

  /// Registers the schema under the topic.
  public PaceOrders(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(PaceOrder order) {
    var record = new GenericData.Record(SCHEMA);
    record.put("domain", order.domain());
    record.put("generation", order.number());
    record.put("wanted", FramedRecord.symbol(SCHEMA, "wanted", order.wanted()));
    record.put("rate", order.rate());
    record.put("by", order.asked().by());
    record.put("why", order.asked().why());
    record.put("at", order.asked().at());
    return FramedRecord.encode(id, record);
  }

  /// @throws UndecodableException if the bytes are not an order of this version
  public static PaceOrder decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, PaceOrders::order);
  }

  private static PaceOrder order(GenericRecord record) {
    return new PaceOrder(
        FramedRecord.text(record, "domain"),
        (int) FramedRecord.whole(record, "generation"),
        PaceOrder.Wanted.valueOf(FramedRecord.text(record, "wanted")),
        FramedRecord.whole(record, "rate"),
        new PaceOrder.Asked(
            FramedRecord.text(record, "by"),
            FramedRecord.text(record, "why"),
            FramedRecord.whole(record, "at")));
  }
}
