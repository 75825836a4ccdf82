package dev.tandem.version;

import dev.tandem.contract.OptionalSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Values of any schema, with those that lenses trip over among them.
record RandomRecord(Random random) {
  private static final List<String> TEXTS =
      List.of("", "a", "a b", " ", "a b c", "007", "7", "true", "none", "gone", "B", "1.50", "é");
  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, 1.5, -2.25, 1e300, 9e18, 1e19, Double.NaN, Double.NEGATIVE_INFINITY);
  private static final List<Long> WHOLES =
      List.of(
          0L, 1L, -1L, 5L, 1L << 31, -(1L << 31), (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE);

  GenericRecord of(Schema schema) {
    var record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field.schema()));
    }
    return record;
  }

  private @Nullable Object value(Schema schema) {
    if (OptionalSchema.isOptional(schema)) {
      return random.nextInt(3) == 0 ? null : value(OptionalSchema.bare(schema));
    }
    return switch (schema.getType()) {
      case INT -> random.nextBoolean() ? random.nextInt() : random.nextInt(10);
      case LONG ->
          switch (random.nextInt(3)) {
            case 0 -> WHOLES.get(random.nextInt(WHOLES.size()));
            case 1 -> random.nextLong();
            default -> (long) random.nextInt(100);
          };
      case FLOAT -> random.nextBoolean() ? random.nextFloat() : pick(NUMBERS).floatValue();
      case DOUBLE -> random.nextInt(3) == 0 ? random.nextDouble() : pick(NUMBERS);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> pick(TEXTS);
      case ENUM -> new GenericData.EnumSymbol(schema, pick(schema.getEnumSymbols()));
      case BYTES ->
          schema.getLogicalType() instanceof LogicalTypes.Decimal type
              ? decimal(type)
              : ByteBuffer.wrap(bytes(random.nextInt(4)));
      case FIXED -> new GenericData.Fixed(schema, bytes(schema.getFixedSize()));
      case MAP -> {
        var map = new HashMap<String, @Nullable Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(pick(TEXTS), value(schema.getValueType()));
        }
        yield map;
      }
      case RECORD -> of(schema);
      case ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(schema.getElementType()));
        }
        yield list;
      }
      case UNION, NULL -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private BigDecimal decimal(LogicalTypes.Decimal type) {
    var unscaled = new BigInteger(random.nextInt(26), random);
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.getScale());
  }
}
