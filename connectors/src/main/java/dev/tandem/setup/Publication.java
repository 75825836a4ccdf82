package dev.tandem.setup;

import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A publication as it stands.
///
/// @param operations whether it publishes all four
/// @param viaRoot whether changes of partitions come as those of their root
/// @param listed whether it names its tables one by one
/// @param narrowed whether a table of it has a row filter or a column list
record Publication(
    String name,
    boolean operations,
    boolean viaRoot,
    boolean listed,
    boolean narrowed,
    Set<TableId> tables) {
  private static final String SETTINGS =
      """
      SELECT p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate, p.pubviaroot,
             NOT p.puballtables,
             EXISTS (SELECT 1 FROM pg_publication_rel r
                      WHERE r.prpubid = p.oid
                        AND coalesce(to_jsonb(r) ->> 'prqual', to_jsonb(r) ->> 'prattrs') IS NOT NULL)
        FROM pg_publication p WHERE p.pubname = ?""";
  private static final String TABLES =
      "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?";

  static Optional<Publication> read(Connection connection, String name) throws SQLException {
    try (var query = connection.prepareStatement(SETTINGS)) {
      query.setString(1, name);
      try (var row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Publication(
                    name,
                    row.getBoolean(1),
                    row.getBoolean(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    tables(connection, name)))
            : Optional.empty();
      }
    }
  }

  private static Set<TableId> tables(Connection connection, String name) throws SQLException {
    var tables = new TreeSet<TableId>();
    try (var query = connection.prepareStatement(TABLES)) {
      query.setString(1, name);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  /// The statement that makes it over exactly the given tables.
  static String create(String name, Wanted wanted) {
    return "CREATE PUBLICATION "
        + name
        + " FOR TABLE "
        + list(wanted.tables())
        + " WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = "
        + wanted.viaRoot()
        + ")";
  }

  /// The statements that make it what is wanted; none if it is.
  List<String> alterations(Wanted wanted) {
    var statements = new ArrayList<String>();
    if (!operations || wanted.viaRoot() && !viaRoot) {
      statements.add(
          "ALTER PUBLICATION "
              + name
              + " SET (publish = 'insert, update, delete, truncate', publish_via_partition_root = "
              + wanted.viaRoot()
              + ")");
    }
    if (narrowed) {
      statements.add("ALTER PUBLICATION " + name + " SET TABLE " + list(wanted.tables()));
      return statements;
    }
    var missing = new TreeSet<>(wanted.tables());
    missing.removeAll(tables);
    if (!missing.isEmpty()) {
      statements.add("ALTER PUBLICATION " + name + " ADD TABLE " + list(missing));
    }
    var foreign = new TreeSet<>(tables);
    foreign.removeAll(wanted.tables());
    if (!foreign.isEmpty()) {
      statements.add("ALTER PUBLICATION " + name + " DROP TABLE " + list(foreign));
    }
    return statements;
  }

  private static String list(Set<TableId> tables) {
    return tables.stream().map(table -> "ONLY " + table.sql()).collect(Collectors.joining(", "));
  }

  /// @param viaRoot whether one of the tables is partitioned
  record Wanted(Set<TableId> tables, boolean viaRoot) {
    Wanted {
      tables = new TreeSet<>(tables);
    }
  }

  @Override
  public String toString() {
    return tables
        + (operations ? "" : ", not all operations")
        + (narrowed ? ", narrowed by row filters or column lists" : "");
  }
}
