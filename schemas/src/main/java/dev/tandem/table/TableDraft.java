package dev.tandem.table;

import dev.tandem.table.Table.ForeignKey;
import dev.tandem.table.Table.ReplicaIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A table while its script is read. Not thread-safe.
final class TableDraft {
  private final TableId id;
  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> uniqueKeys = new ArrayList<>();
  private final Map<String, List<String>> indexes = new HashMap<>();
  private final List<ForeignKey> foreignKeys = new ArrayList<>();
  private List<String> primaryKey = List.of();
  private ReplicaIdentity identity = ReplicaIdentity.DEFAULT;
  private String identityIndex = "";

  TableDraft(TableId id) {
    this.id = id;
  }

  TableId id() {
    return id;
  }

  void add(Column column) {
    columns.add(column);
  }

  boolean has(String column) {
    return columns.stream().anyMatch(it -> it.name().equals(column));
  }

  void drop(String column) {
    columns.removeIf(it -> it.name().equals(column));
    uniqueKeys.removeIf(key -> key.contains(column));
    foreignKeys.removeIf(key -> key.columns().contains(column));
    if (primaryKey.contains(column)) {
      primaryKey = List.of();
    }
  }

  void change(String column, UnaryOperator<Column> change) {
    columns.replaceAll(it -> it.name().equals(column) ? change.apply(it) : it);
  }

  void primaryKey(List<String> key) {
    primaryKey = key;
    key.forEach(name -> change(name, TableDraft::notNull));
  }

  /// @param index its name, empty where none is said
  void unique(String index, List<String> key) {
    uniqueKeys.add(key);
    indexes.put(index, key);
  }

  /// @param referencedColumns empty for the primary key
  void refer(List<String> own, TableId referenced, List<String> referencedColumns) {
    foreignKeys.add(new ForeignKey(own, referenced, referencedColumns));
  }

  void identity(ReplicaIdentity kind, String index) {
    identity = kind;
    identityIndex = index;
  }

  static Column notNull(Column column) {
    return new Column(column.name(), column.type(), false, column.filled(), column.generated());
  }

  List<String> primaryKey() {
    return primaryKey;
  }

  /// @param keys the primary key of each table, for foreign keys that do not name what they refer
  ///     to
  Table table(Map<TableId, TableDraft> keys) {
    var unique = new ArrayList<List<String>>();
    if (!primaryKey.isEmpty()) {
      unique.add(primaryKey);
    }
    unique.addAll(uniqueKeys);
    return new Table(
        id, columns, primaryKey, unique, identity, identityColumns(), foreignKeys(keys));
  }

  private List<String> identityColumns() {
    return switch (identity) {
      case DEFAULT -> primaryKey;
      case INDEX -> indexes.getOrDefault(identityIndex, List.of());
      case FULL -> columns.stream().map(Column::name).toList();
      case NOTHING -> List.of();
    };
  }

  private List<ForeignKey> foreignKeys(Map<TableId, TableDraft> keys) {
    return foreignKeys.stream()
        .map(
            key ->
                key.referencedColumns().isEmpty() && keys.containsKey(key.referenced())
                    ? new ForeignKey(
                        key.columns(),
                        key.referenced(),
                        keys.getOrDefault(key.referenced(), this).primaryKey())
                    : key)
        .toList();
  }
}
