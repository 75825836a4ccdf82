package dev.tandem.plan;

import dev.tandem.spec.Node;
import dev.tandem.table.Carrier;

/// One column of a legacy table that a contract field is made from.
///
/// @param field the contract field
/// @param place of its lens in the spec
/// @param carrier in which the mapping reads it
/// @param naming whether the entity's key or its partition is computed from it
public record ColumnUse(
    String column, String field, Node.Place place, Carrier carrier, boolean array, boolean naming) {
  /// Read in another carrier.
  public ColumnUse as(Carrier other) {
    return new ColumnUse(column, field, place, other, array, naming);
  }
}
