package dev.tandem.setup;

import dev.tandem.setup.Remnant.Kind;
import dev.tandem.table.Sql;
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
    var found = new ArrayList<Remnant>();
    try (Connection connection = site.legacy().connect()) {
      Slot.read(connection, site.slot())
          .ifPresent(
              slot ->
                  found.add(
                      new Remnant(
                          Kind.SLOT,
                          slot.name(),
                          slot.pid() == 0 ? "idle" : "being read by pid " + slot.pid())));
      Publication.read(connection, site.slot())
          .ifPresent(
              publication ->
                  found.add(
                      new Remnant(
                          Kind.PUBLICATION, publication.name(), publication.tables().toString())));
    }
    return found;
  }

  List<Remnant> inTarget() throws SQLException {
    var found = new ArrayList<Remnant>();
    try (Connection connection = site.target().connect()) {
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
    }
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

  /// Whether a session reads the slot.
  boolean slotIsRead() throws SQLException {
    try (Connection connection = site.legacy().connect()) {
      return Slot.read(connection, site.slot()).filter(slot -> slot.pid() != 0).isPresent();
    }
  }

  /// Ends the session that reads the slot, if there is one, and drops it.
  void dropSlot() throws SQLException {
    try (Connection connection = site.legacy().connect();
        var statement = connection.createStatement()) {
      var slot = Slot.read(connection, site.slot());
      if (slot.isPresent() && slot.get().pid() != 0) {
        statement.execute("SELECT pg_terminate_backend(" + slot.get().pid() + ", 5000)");
      }
      statement.execute("SELECT pg_drop_replication_slot(" + Sql.literal(site.slot()) + ")");
    }
  }

  void dropPublication() throws SQLException {
    try (Connection connection = site.legacy().connect();
        var statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '5s'");
      statement.execute("DROP PUBLICATION IF EXISTS " + Sql.quote(site.slot()));
    }
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
