package dev.tandem.apply;

import dev.tandem.plan.ContractData;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import dev.tandem.wire.Framing;
import dev.tandem.wire.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// Contract records of one partition as translation writes them: numbered, each with its place.
public final class ContractLog {
  /// One record as its topic holds it.
  @SuppressWarnings("ArrayRecordComponent")
  public record Written(ContractPosition position, byte @Nullable [] key, byte @Nullable [] value) {
    Incoming at(long offset) {
      return new Incoming(offset, position, key, value);
    }
  }

  /// The records of one legacy transaction.
  public record Transaction(List<Written> records) {
    public Transaction {
      records = List.copyOf(records);
    }
  }

  private final Registry registry;
  private long sequence;
  private long outbox;

  public ContractLog(Registry registry) {
    this.registry = registry;
  }

  /// What one legacy transaction leaves: a record is an entity, or the id of a customer gone.
  public Transaction transaction(Object... states) {
    var records = new ArrayList<Written>();
    outbox += states.length;
    for (int i = 0; i < states.length; i++) {
      records.add(record(states[i], i == states.length - 1));
    }
    return new Transaction(records);
  }

  /// What one legacy transaction leaves of any entity.
  ///
  /// @param states values by key
  public Transaction upserts(Map<GenericRecord, GenericRecord> states) {
    var records = new ArrayList<Written>();
    outbox += states.size();
    states.forEach(
        (key, value) ->
            records.add(
                new Written(
                    position(Kind.UPSERT, records.size() == states.size() - 1),
                    framed(key),
                    framed(value))));
    return new Transaction(records);
  }

  public Written progress() {
    outbox++;
    return new Written(position(Kind.PROGRESS, true), null, null);
  }

  /// As compaction would: numbers are used up, the records are not there.
  void skip(int records) {
    sequence += records;
  }

  private Written record(Object state, boolean last) {
    if (state instanceof GenericRecord entity) {
      boolean isOrder = entity.getSchema().equals(ShopTarget.ORDER);
      Schema key = isOrder ? ShopTarget.ORDER_KEY : ShopTarget.CUSTOMER_KEY;
      return new Written(
          position(Kind.UPSERT, last), framed(key(key, entity.get("id"))), framed(entity));
    }
    return new Written(
        position(Kind.DELETE, last), framed(key(ShopTarget.CUSTOMER_KEY, state)), null);
  }

  private ContractPosition position(Kind kind, boolean last) {
    return new ContractPosition(kind, sequence++, outbox - 1, last, 1, outbox, 1_000_000);
  }

  private static GenericRecord key(Schema schema, Object id) {
    var key = new GenericData.Record(schema);
    key.put("id", ((Number) id).longValue());
    return key;
  }

  private byte[] framed(GenericRecord record) {
    var out = new ByteArrayOutputStream();
    byte[] frame = new byte[Framing.SIZE];
    Framing.write(frame, registry.register(record.getSchema().getFullName(), record.getSchema()));
    out.writeBytes(frame);
    try {
      var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema(), ContractData.MODEL)
          .write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
