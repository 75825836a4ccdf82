package dev.tandem.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/// What the compiler asks of contract schemas.
final class ContractTypes {
  private ContractTypes() {}

  /// The branch beside null of a union of two; any other schema as it is.
  static Schema bare(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> branches =
        schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    return branches.size() == 1 ? branches.getFirst() : schema;
  }

  /// The record of a list of records.
  static Optional<Schema> listed(Schema schema) {
    Schema list = bare(schema);
    return Optional.of(list)
        .filter(it -> it.getType() == Schema.Type.ARRAY)
        .map(it -> bare(it.getElementType()))
        .filter(it -> it.getType() == Schema.Type.RECORD);
  }

  /// Whether its values are exact, have one form and are never absent, so that they can name an
  /// instance.
  static boolean canBeKey(Schema schema) {
    return switch (schema.getType()) {
      case STRING, INT, LONG, BOOLEAN, ENUM -> true;
      case BYTES, FIXED -> schema.getLogicalType() != null;
      case FLOAT, DOUBLE, RECORD, ARRAY, MAP, UNION, NULL -> false;
    };
  }

  static List<String> names(Schema contract) {
    return contract.getFields().stream().map(Schema.Field::name).toList();
  }

  /// As messages name it: `string uuid`, `bytes decimal(12, 2)`, `array of long`.
  static String describe(Schema schema) {
    Schema bare = bare(schema);
    String text =
        switch (bare.getType()) {
          case ARRAY -> "array of " + describe(bare.getElementType());
          case MAP -> "map of " + describe(bare.getValueType());
          case RECORD, ENUM, FIXED -> bare.getType().getName() + " " + bare.getName();
          case UNION ->
              bare.getTypes().stream()
                  .map(ContractTypes::describe)
                  .collect(Collectors.joining(" or "));
          default -> bare.getType().getName();
        };
    if (bare.getLogicalType() instanceof org.apache.avro.LogicalTypes.Decimal decimal) {
      return text + " decimal(" + decimal.getPrecision() + ", " + decimal.getScale() + ")";
    }
    return bare.getLogicalType() == null ? text : text + " " + bare.getLogicalType().getName();
  }
}
