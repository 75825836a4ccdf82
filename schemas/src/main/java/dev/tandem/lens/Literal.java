package dev.tandem.lens;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.spec.Node;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/// The rule of values that a spec writes down: how their text reads in each type of a contract.
/// Dates are `2026-01-31`, instants `2026-01-31T12:00:00Z`.
public final class Literal {
  private Literal() {}

  /// The value, or nothing if it does not fit the schema.
  public static Optional<Object> of(Schema schema, Node node) {
    try {
      return switch (node) {
        case Node.Scalar scalar -> of(schema, scalar.text());
        case Node.Sequence list when schema.getType() == Schema.Type.ARRAY -> items(schema, list);
        case Node.Sequence _, Node.Mapping _ -> Optional.empty();
      };
    } catch (NumberFormatException | DateTimeParseException | Refused e) {
      return Optional.empty();
    }
  }

  /// Whether it is the word that YAML has for no value.
  public static boolean isNull(Node node) {
    return node instanceof Node.Scalar(_, String text, boolean quoted)
        && !quoted
        && (text.equals("null") || text.equals("~") || text.isEmpty());
  }

  private static Optional<Object> items(Schema schema, Node.Sequence list) {
    List<Object> items = new ArrayList<>();
    for (Node item : list.items()) {
      var value = of(OptionalSchema.bare(schema.getElementType()), item);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      items.add(value.get());
    }
    return Optional.of(List.copyOf(items));
  }

  private static Optional<Object> of(Schema schema, String text) {
    return switch (schema.getLogicalType()) {
      case null -> plain(schema, text);
      case LogicalTypes.Decimal _ ->
          Optional.of(DecimalForm.of(schema, Optional.empty()).fit(new BigDecimal(text)));
      case LogicalTypes.Date _ -> Optional.of((int) LocalDate.parse(text).toEpochDay());
      case LogicalTypes.TimestampMicros _ ->
          Optional.of(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text)));
      case LogicalTypes.TimestampMillis _ -> Optional.of(Instant.parse(text).toEpochMilli());
      case LogicalTypes.Uuid _ -> uuid(schema, text);
      default -> Optional.empty();
    };
  }

  private static Optional<Object> uuid(Schema schema, String text) {
    try {
      return schema.getType() == Schema.Type.STRING
          ? Optional.of(UUID.fromString(text).toString())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Object> plain(Schema schema, String text) {
    return switch (schema.getType()) {
      case STRING -> Optional.of(text);
      case ENUM ->
          schema.hasEnumSymbol(text)
              ? Optional.of(new GenericData.EnumSymbol(schema, text))
              : Optional.empty();
      case INT -> Optional.of(Integer.valueOf(text));
      case LONG -> Optional.of(Long.valueOf(text));
      case FLOAT -> Optional.of(Float.valueOf(text));
      case DOUBLE -> Optional.of(Double.valueOf(text));
      case BOOLEAN ->
          text.equals("true") || text.equals("false")
              ? Optional.of(Boolean.valueOf(text))
              : Optional.empty();
      case RECORD, ARRAY, MAP, UNION, FIXED, BYTES, NULL -> Optional.empty();
    };
  }
}
