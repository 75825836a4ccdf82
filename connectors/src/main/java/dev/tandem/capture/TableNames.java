package dev.tandem.capture;

import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the plan's legacy tables are called in the store now. A table is recognized by its object
/// id, noted when it was first found under the name of the plan: so a table that is renamed while
/// capture runs is told from a new one under the old name. Thread-safe.
final class TableNames {
  private static final String BY_NAME =
      "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')";
  private static final String BY_ID =
      "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.oid = ?";
  private final Set<TableId> tables;

  /// By table of the plan.
  private final Map<TableId, Long> ids = new HashMap<>();

  /// By table of the plan, where it is called otherwise.
  private final Map<TableId, TableId> renamed = new HashMap<>();

  TableNames(Collection<TableId> tables) {
    this.tables = Set.copyOf(tables);
  }

  /// Looks at all tables.
  ///
  /// @return those that are called otherwise since the last look, with their new names
  synchronized Map<TableId, TableId> look(Connection connection) throws SQLException {
    var news = new HashMap<TableId, TableId>();
    for (TableId table : tables) {
      Long id = ids.get(table);
      if (id == null) {
        Long found = id(connection, table);
        if (found != null) {
          ids.put(table, found);
        }
        continue;
      }
      TableId name = name(connection, id);
      if (name != null && !name.equals(renamed.getOrDefault(table, table))) {
        renamed.put(table, name);
        news.put(table, name);
      }
    }
    return news;
  }

  /// The plan's table that bears a name in the store, null if none does.
  synchronized @Nullable TableId planned(Connection connection, TableId name) throws SQLException {
    if (tables.contains(name)) {
      return name;
    }
    Long id = id(connection, name);
    return id == null
        ? null
        : ids.entrySet().stream()
            .filter(known -> known.getValue().equals(id))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
  }

  /// What a table of the plan is called now.
  synchronized TableId now(TableId table) {
    return renamed.getOrDefault(table, table);
  }

  /// What all of them are called now.
  synchronized Set<TableId> now() {
    var names = new HashSet<TableId>();
    tables.forEach(table -> names.add(now(table)));
    return names;
  }

  private static @Nullable Long id(Connection connection, TableId table) throws SQLException {
    try (var query = connection.prepareStatement(BY_NAME)) {
      query.setString(1, table.schema());
      query.setString(2, table.name());
      try (var rows = query.executeQuery()) {
        return rows.next() ? (Long) rows.getLong(1) : null;
      }
    }
  }

  private static @Nullable TableId name(Connection connection, long id) throws SQLException {
    try (var query = connection.prepareStatement(BY_ID)) {
      query.setLong(1, id);
      try (var rows = query.executeQuery()) {
        return rows.next() ? new TableId(rows.getString(1), rows.getString(2)) : null;
      }
    }
  }
}
