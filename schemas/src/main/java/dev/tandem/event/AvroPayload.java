package dev.tandem.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.plan.MappingException;
import dev.tandem.wire.Framing;
import dev.tandem.wire.UndecodableException;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/// Reads an event's payload in Avro, in the form of the schema that it was written with, as the
/// object that its JSON would be: numbers, booleans and texts as such; decimals as numbers with
/// their digits; dates, times and UUIDs as ISO texts, instants with their offset; bytes as binary
/// nodes; enums by their symbol; maps and records as objects, in which each key stands once. Of a
/// logical type that is not among these stands what bears it.
///
/// Bytes can say anything, so what they make is bounded by how many they are: no length is longer
/// than what is left, at most [PayloadReader#DEEPEST] levels are read, and at most [#WITHOUT_BYTES]
/// values that take no byte. All bytes have to be read. No message holds a value, nor the key of a
/// map.
///
/// Sources: Apache Avro 1.12 specification, "Binary Encoding" and "Logical Types"; Confluent Schema
/// Registry, "Wire format".
final class AvroPayload {
  /// Values of no byte, such as nulls in a list, of which a few bytes can count any number.
  static final int WITHOUT_BYTES = 10_000;

  /// Digits of a decimal, as of a number in JSON.
  private static final int DIGITS = 2_000;

  private static final long MILLIS = 1_000;
  private static final long MICROS = 1_000_000;
  private static final long NANOS = 1_000_000_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final BinaryDecoder in;

  /// Where the value stands that is read.
  private final List<String> path = new ArrayList<>();

  private int withoutBytes;

  private AvroPayload(byte[] framed, String column) {
    in =
        DecoderFactory.get()
            .binaryDecoder(framed, Framing.SIZE, framed.length - Framing.SIZE, null);
    path.add(column);
  }

  /// @param payload bytes that begin with the frame of their schema
  /// @param column of the payload, for messages
  /// @throws MappingException if they are no such record
  /// @throws dev.tandem.wire.RegistryException if nobody can be asked for the schema now
  static ObjectNode object(@Nullable Object payload, PayloadSchemas schemas, String column) {
    if (!(payload instanceof byte[] framed)) {
      throw new MappingException(
          column, "expected Avro, found " + (payload == null ? "NULL" : "what is no bytes"));
    }
    int id;
    try {
      id = Framing.schemaId(framed);
    } catch (UndecodableException e) {
      throw new MappingException(
          column, "expected Avro behind a zero and four bytes of a schema id, found none");
    }
    Schema schema = schema(schemas, id, column);
    if (schema.getType() != Schema.Type.RECORD) {
      throw new MappingException(
          column, "expected schema id " + id + " to be of a record, found " + kind(schema));
    }
    return new AvroPayload(framed, column).whole(schema);
  }

  private static Schema schema(PayloadSchemas schemas, int id, String column) {
    try {
      return schemas.byId(id);
    } catch (MappingException e) {
      throw new MappingException(column, e.reason());
    }
  }

  private static String kind(Schema schema) {
    return schema.getType().getName();
  }

  private ObjectNode whole(Schema schema) {
    try {
      ObjectNode object = record(schema, 1);
      if (left() > 0) {
        throw refused("the end of the record", left() + " bytes more");
      }
      return object;
    } catch (EOFException e) {
      throw refused("more bytes", "their end");
    } catch (CharacterCodingException e) {
      throw refused("a text in UTF-8", "bytes that are none");
    } catch (IOException e) {
      throw refused("a number", "bytes that are none");
    }
  }

  private MappingException refused(String expected, String found) {
    return new MappingException(
        String.join(".", path), "expected " + expected + ", found " + found);
  }

  private int left() throws IOException {
    return in.inputStream().available();
  }

  /// @param above levels that the value is in
  private JsonNode named(String name, Schema schema, int above) throws IOException {
    path.add(name);
    int before = left();
    JsonNode value = value(schema, above);
    if (left() == before && ++withoutBytes > WITHOUT_BYTES) {
      throw refused("at most " + WITHOUT_BYTES + " values that take no byte", "more");
    }
    path.removeLast();
    return value;
  }

  private JsonNode value(Schema schema, int above) throws IOException {
    return switch (schema.getType()) {
      case NULL -> NODES.nullNode();
      case BOOLEAN -> bool();
      case INT -> ofInt(schema.getLogicalType(), in.readInt());
      case LONG -> ofLong(schema.getLogicalType(), in.readLong());
      case FLOAT -> NODES.numberNode(in.readFloat());
      case DOUBLE -> NODES.numberNode(in.readDouble());
      case STRING -> NODES.textNode(text());
      case BYTES -> ofBytes(schema.getLogicalType(), bytes(in.readLong()));
      case FIXED -> ofBytes(schema.getLogicalType(), bytes(schema.getFixedSize()));
      case ENUM -> NODES.textNode(schema.getEnumSymbols().get(index(schema.getEnumSymbols())));
      case UNION -> value(schema.getTypes().get(index(schema.getTypes())), above);
      case ARRAY -> array(schema.getElementType(), above + 1);
      case MAP -> map(schema.getValueType(), above + 1);
      case RECORD -> record(schema, above + 1);
    };
  }

  private void requireFlat(int level) {
    if (level > PayloadReader.DEEPEST) {
      throw refused("at most " + PayloadReader.DEEPEST + " levels", "more");
    }
  }

  private ObjectNode record(Schema schema, int level) throws IOException {
    requireFlat(level);
    ObjectNode object = NODES.objectNode();
    for (Schema.Field field : schema.getFields()) {
      object.set(field.name(), named(field.name(), field.schema(), level));
    }
    return object;
  }

  private JsonNode array(Schema element, int level) throws IOException {
    requireFlat(level);
    var array = NODES.arrayNode();
    for (long count = block(); count > 0; count = block()) {
      for (long i = 0; i < count; i++) {
        array.add(named("[]", element, level));
      }
    }
    return array;
  }

  /// Its keys are values of the row.
  private JsonNode map(Schema element, int level) throws IOException {
    requireFlat(level);
    ObjectNode object = NODES.objectNode();
    for (long count = block(); count > 0; count = block()) {
      for (long i = 0; i < count; i++) {
        String key = text();
        if (object.has(key)) {
          throw refused("a map in which each key stands once", "one twice");
        }
        object.set(key, named("*", element, level));
      }
    }
    return object;
  }

  /// How many elements follow; none at the end. Of a negative count the block's size follows, which
  /// only helps those who skip it.
  private long block() throws IOException {
    long count = in.readLong();
    if (count >= 0) {
      return count;
    }
    long size = in.readLong();
    if (count == Long.MIN_VALUE || size < 0 || size > left()) {
      throw refused("a block of elements", "a length that it cannot have");
    }
    return -count;
  }

  private int index(List<?> of) throws IOException {
    int index = in.readInt();
    if (index < 0 || index >= of.size()) {
      throw refused("one of " + of.size() + " branches or symbols", "another");
    }
    return index;
  }

  private JsonNode bool() throws IOException {
    byte bool = bytes(1)[0];
    if (bool != 0 && bool != 1) {
      throw refused("a boolean", "a byte that is none");
    }
    return NODES.booleanNode(bool == 1);
  }

  private byte[] bytes(long length) throws IOException {
    if (length < 0 || length > left()) {
      throw refused("bytes or a text", "a length that is not there");
    }
    byte[] bytes = new byte[(int) length];
    in.readFixed(bytes);
    return bytes;
  }

  private String text() throws IOException {
    byte[] bytes = bytes(in.readLong());
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private JsonNode ofInt(@Nullable LogicalType type, int value) {
    return switch (type) {
      case LogicalTypes.Date _ -> NODES.textNode(LocalDate.ofEpochDay(value).toString());
      case LogicalTypes.TimeMillis _ -> time(value, MILLIS);
      case null, default -> NODES.numberNode(value);
    };
  }

  private JsonNode ofLong(@Nullable LogicalType type, long value) {
    return switch (type) {
      case LogicalTypes.TimeMicros _ -> time(value, MICROS);
      case LogicalTypes.TimestampMillis _ -> instant(value, MILLIS);
      case LogicalTypes.TimestampMicros _ -> instant(value, MICROS);
      case LogicalTypes.TimestampNanos _ -> instant(value, NANOS);
      case LogicalTypes.LocalTimestampMillis _ -> local(value, MILLIS);
      case LogicalTypes.LocalTimestampMicros _ -> local(value, MICROS);
      case LogicalTypes.LocalTimestampNanos _ -> local(value, NANOS);
      case null, default -> NODES.numberNode(value);
    };
  }

  /// @param perSecond how many of them a second has
  private JsonNode time(long value, long perSecond) {
    if (value < 0 || value >= 24 * 60 * 60 * perSecond) {
      throw refused("a time of day", "a number that is none");
    }
    return NODES.textNode(LocalTime.ofNanoOfDay(value * (NANOS / perSecond)).toString());
  }

  private static JsonNode instant(long value, long perSecond) {
    return NODES.textNode(
        Instant.ofEpochSecond(Math.floorDiv(value, perSecond), nanos(value, perSecond)).toString());
  }

  private static JsonNode local(long value, long perSecond) {
    return NODES.textNode(
        LocalDateTime.ofEpochSecond(
                Math.floorDiv(value, perSecond), nanos(value, perSecond), ZoneOffset.UTC)
            .toString());
  }

  private static int nanos(long value, long perSecond) {
    return (int) (Math.floorMod(value, perSecond) * (NANOS / perSecond));
  }

  private JsonNode ofBytes(@Nullable LogicalType type, byte[] value) {
    return switch (type) {
      case LogicalTypes.Decimal decimal -> DecimalNode.valueOf(decimal(value, decimal.getScale()));
      case LogicalTypes.Uuid _ -> {
        var bytes = ByteBuffer.wrap(value);
        yield NODES.textNode(new UUID(bytes.getLong(), bytes.getLong()).toString());
      }
      case null, default -> NODES.binaryNode(value);
    };
  }

  private BigDecimal decimal(byte[] value, int scale) {
    if (value.length == 0) {
      throw refused("a decimal", "no bytes");
    }
    var unscaled = new BigInteger(value);
    // No digit takes four bits.
    if (unscaled.bitLength() > 4 * DIGITS || scale > DIGITS) {
      throw refused("at most " + DIGITS + " digits", "more");
    }
    return new BigDecimal(unscaled, scale);
  }
}
