package dev.tandem.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/// Records of one fixed schema as Avro binary in Confluent framing.
final class FramedRecord {
  private FramedRecord() {}

  static byte[] encode(int id, GenericRecord record) {
    var out = new ByteArrayOutputStream();
    byte[] frame = new byte[Framing.SIZE];
    Framing.write(frame, id);
    out.writeBytes(frame);
    try {
      var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// @param read makes the value of the record
  /// @throws UndecodableException if the bytes are not a record of this very schema
  static <T> T decode(Schema schema, byte[] framed, Function<GenericRecord, T> read) {
    Framing.schemaId(framed);
    try {
      var decoder =
          DecoderFactory.get()
              .binaryDecoder(framed, Framing.SIZE, framed.length - Framing.SIZE, null);
      GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new UndecodableException("more bytes than a " + schema.getFullName() + " has");
      }
      return read.apply(record);
    } catch (UndecodableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UndecodableException("not a " + schema.getFullName(), e);
    }
  }

  /// The Avro enum of the same symbols.
  static <E extends Enum<E>> Schema enumOf(Class<E> type, String name, String namespace) {
    return Schema.createEnum(
        name, null, namespace, Arrays.stream(type.getEnumConstants()).map(Enum::name).toList());
  }

  static Schema instant() {
    return LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
  }

  /// An enum's constant as the symbol that a field takes.
  static GenericData.EnumSymbol symbol(Schema record, String field, Enum<?> constant) {
    return new GenericData.EnumSymbol(record.getField(field).schema(), constant.name());
  }

  static String text(GenericRecord record, String field) {
    return record.get(field).toString();
  }

  static long whole(GenericRecord record, String field) {
    return ((Number) record.get(field)).longValue();
  }
}
