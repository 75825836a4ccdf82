package dev.tandem.version;

import dev.tandem.contract.OptionalSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/// The rule of copies between versions: which schema takes the values of another as they are, or in
/// a wider form from which each can be told. What would lose a value is no copy.
final class Natural {
  private Natural() {}

  /// The conversion of values, null aside; empty if there is none.
  ///
  /// @param source of a nullable schema the branch beside null
  /// @param target likewise
  static Optional<UnaryOperator<Object>> conversion(Schema source, Schema target) {
    if (source.equals(target)) {
      return Optional.of(UnaryOperator.identity());
    }
    return switch (source.getType()) {
      case INT -> fromInt(source, target);
      case FLOAT ->
          plain(source, Schema.Type.FLOAT) && plain(target, Schema.Type.DOUBLE)
              ? Optional.of(value -> (double) (Float) value)
              : Optional.empty();
      case ENUM -> fromEnum(source, target);
      case BYTES, FIXED -> wider(source, target);
      case ARRAY ->
          target.getType() == Schema.Type.ARRAY
              ? items(source.getElementType(), target.getElementType()).map(Natural::list)
              : Optional.empty();
      case MAP ->
          target.getType() == Schema.Type.MAP
              ? items(source.getValueType(), target.getValueType()).map(Natural::map)
              : Optional.empty();
      case STRING, LONG, DOUBLE, BOOLEAN, NULL, UNION, RECORD -> Optional.empty();
    };
  }

  private static boolean plain(Schema schema, Schema.Type type) {
    return schema.getType() == type && schema.getLogicalType() == null;
  }

  private static Optional<UnaryOperator<Object>> fromInt(Schema source, Schema target) {
    if (!plain(source, Schema.Type.INT)) {
      return Optional.empty();
    }
    if (plain(target, Schema.Type.LONG)) {
      return Optional.of(value -> (long) (Integer) value);
    }
    return plain(target, Schema.Type.DOUBLE)
        ? Optional.of(value -> (double) (Integer) value)
        : Optional.empty();
  }

  private static Optional<UnaryOperator<Object>> fromEnum(Schema source, Schema target) {
    if (plain(target, Schema.Type.STRING)) {
      return Optional.of(Object::toString);
    }
    return target.getType() == Schema.Type.ENUM
            && target.getEnumSymbols().containsAll(source.getEnumSymbols())
        ? Optional.of(value -> new GenericData.EnumSymbol(target, value.toString()))
        : Optional.empty();
  }

  /// A decimal of the same scale with room for as many digits.
  private static Optional<UnaryOperator<Object>> wider(Schema source, Schema target) {
    return source.getLogicalType() instanceof LogicalTypes.Decimal from
            && target.getLogicalType() instanceof LogicalTypes.Decimal to
            && from.getScale() == to.getScale()
            && from.getPrecision() <= to.getPrecision()
        ? Optional.of(UnaryOperator.identity())
        : Optional.empty();
  }

  private static Optional<UnaryOperator<@Nullable Object>> items(Schema source, Schema target) {
    if (OptionalSchema.isOptional(source) && !OptionalSchema.isOptional(target)) {
      return Optional.empty();
    }
    return conversion(OptionalSchema.bare(source), OptionalSchema.bare(target))
        .map(convert -> value -> value == null ? null : convert.apply(value));
  }

  private static UnaryOperator<Object> list(UnaryOperator<@Nullable Object> convert) {
    return value -> {
      List<@Nullable Object> made = new ArrayList<>();
      for (Object item : (Collection<?>) value) {
        made.add(convert.apply(item));
      }
      return made;
    };
  }

  private static UnaryOperator<Object> map(UnaryOperator<@Nullable Object> convert) {
    return value -> {
      Map<Object, @Nullable Object> made = new HashMap<>();
      ((Map<?, ?>) value).forEach((key, item) -> made.put(key, convert.apply(item)));
      return made;
    };
  }
}
