package dev.tandem.row;

import org.jspecify.annotations.Nullable;

/// One row: a value per field of its schema, in the carrier's Java class, null for SQL NULL,
/// [#UNKNOWN] where the log did not say (an unchanged TOAST value, or a column outside the replica
/// identity). Values are not copied: whoever makes a row gives it away.
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record Row(RowSchema schema, @Nullable Object[] values) {
  /// Stands for a value that is not known. Never crosses a topic as a value and never reaches a
  /// contract.
  public static final Object UNKNOWN =
      new Object() {
        @Override
        public String toString() {
          return "unknown";
        }
      };

  public Row {
    if (values.length != schema.size()) {
      throw new IllegalArgumentException(
          "row of "
              + schema.table()
              + " with "
              + values.length
              + " values for "
              + schema.size()
              + " columns");
    }
  }

  /// The value of a column.
  ///
  /// @throws IllegalArgumentException if the schema has no such column
  public @Nullable Object value(String column) {
    int index = schema.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException("no column " + column + " in " + schema.table());
    }
    return values[index];
  }

  /// The value of a column of this name and type, [#UNKNOWN] where the row has none.
  public @Nullable Object like(RowSchema.Field field) {
    int index = schema.indexOf(field.name());
    return index >= 0 && schema.fields().get(index).equals(field) ? values[index] : UNKNOWN;
  }

  /// Whether any value is unknown.
  public boolean isPartial() {
    for (Object value : values) {
      if (value == UNKNOWN) {
        return true;
      }
    }
    return false;
  }

  /// Table only: a row's values stay out of logs.
  @Override
  public String toString() {
    return "row of " + schema.table();
  }
}
