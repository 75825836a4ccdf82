package dev.tandem.table;

/// One column of a table.
///
/// @param nullable whether NULL is allowed
/// @param filled whether the database gives it a value when an insert names none: default, identity
///     or generated
/// @param generated whether it is computed by the database and cannot be written
public record Column(
    String name, ColumnType type, boolean nullable, boolean filled, boolean generated) {
  public static Column of(String name, ColumnType type) {
    return new Column(name, type, true, false, false);
  }

  Column renamed(String other) {
    return new Column(other, type, nullable, filled, generated);
  }

  public Column withType(ColumnType other) {
    return new Column(name, other, nullable, filled, generated);
  }

  public static Column notNull(String name, ColumnType type) {
    return new Column(name, type, false, false, false);
  }
}
