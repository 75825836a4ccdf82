package dev.tandem.table;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One table as its catalog describes it.
///
/// @param columns in catalog order, dropped ones left out
/// @param primaryKey column names in key order; empty if there is none
/// @param uniqueKeys every unique index over plain columns that is valid, immediate and not
///     partial, primary key included
/// @param identity what a delete and an update carry of the old row
/// @param identityColumns the columns that `identity` carries
public record Table(
    TableId id,
    List<Column> columns,
    List<String> primaryKey,
    List<List<String>> uniqueKeys,
    ReplicaIdentity identity,
    List<String> identityColumns,
    List<ForeignKey> foreignKeys) {

  /// Source of the names: PostgreSQL, `ALTER TABLE … REPLICA IDENTITY`.
  public enum ReplicaIdentity {
    DEFAULT,
    INDEX,
    FULL,
    NOTHING
  }

  /// @param columns of this table, in the order of `referencedColumns`
  public record ForeignKey(
      List<String> columns, TableId referenced, List<String> referencedColumns) {}

  public Table {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
    uniqueKeys = uniqueKeys.stream().map(List::copyOf).toList();
    identityColumns = List.copyOf(identityColumns);
    foreignKeys = List.copyOf(foreignKeys);
  }

  /// A table with a primary key and the default replica identity.
  public static Table keyed(TableId id, List<Column> columns, List<String> primaryKey) {
    return new Table(
        id,
        columns,
        primaryKey,
        List.of(primaryKey),
        ReplicaIdentity.DEFAULT,
        primaryKey,
        List.of());
  }

  /// The same with other columns.
  public Table withColumns(List<Column> other) {
    return new Table(id, other, primaryKey, uniqueKeys, identity, identityColumns, foreignKeys);
  }

  /// The same with columns called otherwise.
  ///
  /// @param names what a column is called, by its name; itself where there is none
  public Table renamed(UnaryOperator<String> names) {
    return new Table(
        id,
        columns.stream().map(column -> column.renamed(names.apply(column.name()))).toList(),
        primaryKey.stream().map(names).toList(),
        uniqueKeys.stream().map(key -> key.stream().map(names).toList()).toList(),
        identity,
        identityColumns.stream().map(names).toList(),
        foreignKeys.stream()
            .map(
                key ->
                    new ForeignKey(
                        key.columns().stream().map(names).toList(),
                        key.referenced(),
                        key.referencedColumns()))
            .toList());
  }

  public Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }
}
