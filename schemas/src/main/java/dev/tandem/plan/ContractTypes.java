package dev.tandem.plan;

import dev.tandem.contract.OptionalSchema;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/// What the compiler asks of contract schemas.
final class ContractTypes {
  private ContractTypes() {}

  /// The record of a list of records.
  static Optional<Schema> listed(Schema schema) {
    Schema list = OptionalSchema.bare(schema);
    return Optional.of(list)
        .filter(it -> it.getType() == Schema.Type.ARRAY)
        .map(it -> OptionalSchema.bare(it.getElementType()))
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
}
