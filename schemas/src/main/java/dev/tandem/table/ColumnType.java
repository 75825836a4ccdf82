package dev.tandem.table;

import org.jspecify.annotations.Nullable;

/// The type of a column.
///
/// @param postgres as `format_type` prints it: `numeric(12,2)`, `character varying(40)`, `text[]`
/// @param carrier how its values (for an array: its elements) travel, or null if they cannot
/// @param array whether it is a (one-dimensional) array
public record ColumnType(String postgres, @Nullable Carrier carrier, boolean array) {
  public static ColumnType of(String postgres, Carrier carrier) {
    return new ColumnType(postgres, carrier, false);
  }

  public boolean isCarried() {
    return carrier != null;
  }
}
