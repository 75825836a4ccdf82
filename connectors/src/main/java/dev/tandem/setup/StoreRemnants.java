package dev.tandem.setup;

import dev.tandem.capture.Side;
import dev.tandem.generation.Generation;
import dev.tandem.setup.Remnant.Kind;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Finds and removes what a migration has in the two stores.
final class StoreRemnants {
  private final Site site;

  StoreRemnants(Site site) {
    this.site = site;
  }

  List<Remnant> inLegacy() throws SQLException {
    try (Connection connection = site.legacy().connect()) {
      return captured(connection, Side.LEGACY);
    }
  }

  List<Remnant> inTarget() throws SQLException {
    try (Connection connection = site.target().connect()) {
      var found = new ArrayList<>(captured(connection, Side.TARGET));
      for (Generation each : GenerationTable.read(connection, site.migration()).all()) {
        String schema = each.place().schema();
        if (schema != null && each.state() != Generation.State.REMOVED) {
          found.add(
              new Remnant(
                  Kind.GENERATION,
                  schema,
                  each + ", " + each.state() + "; tables " + names(tablesOf(connection, each))));
        }
      }
      List<String> tables = new ArrayList<>();
      for (String table : TargetSchema.tables(connection)) {
        if (has(connection, table, "=")) {
          tables.add(table);
        }
      }
      if (!tables.isEmpty()) {
        found.add(
            new Remnant(
                Kind.CHECKPOINTS,
                site.migration(),
                "rows of " + String.join(", ", tables) + " in the target"));
      }
      if (TargetSchema.installed(connection) > 0 && !hasOthers(connection)) {
        found.add(new Remnant(Kind.SCHEMA, "tandem", "in the target; no other migration uses it"));
      }
      return found;
    }
  }

  private static List<String> names(List<TableId> tables) {
    return tables.stream().map(TableId::name).toList();
  }

  private List<Remnant> captured(Connection connection, Side side) throws SQLException {
    var found = new ArrayList<Remnant>();
    String name = site.captured(side).name();
    Slot.read(connection, name)
        .ifPresent(
            slot ->
                found.add(
                    new Remnant(
                        Kind.SLOT,
                        name,
                        "in the "
                            + side
                            + " store; "
                            + (slot.pid() == 0 ? "idle" : "being read by pid " + slot.pid()))));
    Publication.read(connection, name)
        .ifPresent(
            publication ->
                found.add(
                    new Remnant(
                        Kind.PUBLICATION,
                        name,
                        "in the " + side + " store; " + publication.tables())));
    return found;
  }

  private boolean hasOthers(Connection connection) throws SQLException {
    for (String table : TargetSchema.tables(connection)) {
      if (has(connection, table, "<>")) {
        return true;
      }
    }
    return false;
  }

  /// Whether a table has rows of this migration (`=`) or of another (`<>`).
  private boolean has(Connection connection, String table, String operator) throws SQLException {
    String sql = "SELECT EXISTS (SELECT 1 FROM " + table + " WHERE migration " + operator + " ?)";
    try (var query = connection.prepareStatement(sql)) {
      query.setString(1, site.migration());
      try (var row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /// Those of the slots among what was found that sessions read.
  List<String> slotsBeingRead(Remnants remnants) throws SQLException {
    var read = new ArrayList<String>();
    for (Side side : Side.values()) {
      if (!remnants.has(Kind.SLOT, site.captured(side).name())) {
        continue;
      }
      try (Connection connection = site.store(side).connect()) {
        Slot.read(connection, site.captured(side).name())
            .filter(slot -> slot.pid() != 0)
            .ifPresent(slot -> read.add(slot.name()));
      }
    }
    return read;
  }

  /// Ends the session that reads a slot, if there is one, and drops it.
  void dropSlot(String name) throws SQLException {
    try (Connection connection = storeOf(name).connect();
        var statement = connection.createStatement()) {
      var slot = Slot.read(connection, name);
      if (slot.isPresent() && slot.get().pid() != 0) {
        statement.execute("SELECT pg_terminate_backend(" + slot.get().pid() + ", 5000)");
      }
      statement.execute("SELECT pg_drop_replication_slot(" + Sql.literal(name) + ")");
    }
  }

  void dropPublication(String name) throws SQLException {
    try (Connection connection = storeOf(name).connect();
        var statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '5s'");
      statement.execute("DROP PUBLICATION IF EXISTS " + Sql.quote(name));
    }
  }

  /// Those of a generation's tables that are in its schema. Whose domain the spec does not name any
  /// more has none that are known.
  private List<TableId> tablesOf(Connection connection, Generation generation) throws SQLException {
    var tables = new ArrayList<TableId>();
    var known =
        site.plan().domains().stream()
            .filter(domain -> domain.name().equals(generation.domain()))
            .flatMap(domain -> domain.targetTables().stream())
            .map(TableId::name)
            .toArray();
    try (var query =
        connection.prepareStatement(
            "SELECT n.nspname, c.relname FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE n.nspname = ? AND c.relkind = 'r' AND c.relname = ANY (?) ORDER BY 2")) {
      query.setString(1, generation.place().schema());
      query.setArray(2, connection.createArrayOf("text", known));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  /// Drops the tables of a generation with its schema. What somebody else put there, or made depend
  /// on it, makes all of it stay.
  void dropGeneration(String schema) throws SQLException {
    try (Connection connection = site.target().connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET LOCAL lock_timeout = '5s'");
      var tables = new ArrayList<String>();
      for (Generation each : GenerationTable.read(connection, site.migration()).all()) {
        if (schema.equals(each.place().schema()) && each.state() != Generation.State.REMOVED) {
          for (TableId table : tablesOf(connection, each)) {
            tables.add(table.sql());
          }
        }
      }
      if (!tables.isEmpty()) {
        statement.execute("DROP TABLE " + String.join(", ", tables));
      }
      statement.execute("DROP SCHEMA IF EXISTS " + Sql.quote(schema));
      connection.commit();
    }
  }

  /// The store in which a slot or publication of this name stands.
  private Store storeOf(String name) {
    boolean isTargets = name.equals(site.captured(Side.TARGET).name());
    return site.store(isTargets ? Side.TARGET : Side.LEGACY);
  }

  /// With the refusals and the digest key.
  void deleteCheckpoints() throws SQLException {
    try (Connection connection = site.target().connect()) {
      connection.setAutoCommit(false);
      for (String table : TargetSchema.tables(connection)) {
        try (var delete =
            connection.prepareStatement("DELETE FROM " + table + " WHERE migration = ?")) {
          delete.setString(1, site.migration());
          delete.executeUpdate();
        }
      }
      connection.commit();
    }
  }

  /// Drops Tandem's own tables and the schema, unless another migration has come to use them. What
  /// somebody else put into the schema makes it stay.
  void dropSchema() throws SQLException {
    try (Connection connection = site.target().connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET LOCAL lock_timeout = '5s'");
      String tables = String.join(", ", TargetSchema.tables(connection));
      statement.execute("LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE");
      if (hasOthers(connection)) {
        throw new SetupException("another migration has begun to use it; fix: leave it");
      }
      statement.execute("DROP TABLE " + tables + ", tandem.schema_version");
      statement.execute("DROP SCHEMA tandem");
      connection.commit();
    }
  }
}
