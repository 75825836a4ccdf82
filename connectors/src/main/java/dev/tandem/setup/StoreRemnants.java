package dev.tandem.setup;

import dev.tandem.setup.Remnant.Kind;
import dev.tandem.table.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Finds and removes what a migration has in the two stores.
final class StoreRemnants {
  private static final String OTHERS =
      "SELECT EXISTS (SELECT 1 FROM tandem.checkpoint WHERE migration <> ?)";

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
      if (TargetSchema.hasCheckpoints(connection, site.migration())) {
        found.add(
            new Remnant(
                Kind.CHECKPOINTS, site.migration(), "rows of tandem.checkpoint in the target"));
      }
      if (TargetSchema.installed(connection) > 0 && !hasOthers(connection)) {
        found.add(new Remnant(Kind.SCHEMA, "tandem", "in the target; no other migration uses it"));
      }
    }
    return found;
  }

  private boolean hasOthers(Connection connection) throws SQLException {
    try (var query = connection.prepareStatement(OTHERS)) {
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

  void deleteCheckpoints() throws SQLException {
    try (Connection connection = site.target().connect();
        var delete =
            connection.prepareStatement("DELETE FROM tandem.checkpoint WHERE migration = ?")) {
      delete.setString(1, site.migration());
      delete.executeUpdate();
    }
  }

  /// Drops Tandem's own tables and the schema, unless another migration has come to use them. What
  /// somebody else put into the schema makes it stay.
  void dropSchema() throws SQLException {
    try (Connection connection = site.target().connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET LOCAL lock_timeout = '5s'");
      statement.execute("LOCK TABLE tandem.checkpoint IN ACCESS EXCLUSIVE MODE");
      if (hasOthers(connection)) {
        throw new SetupException("another migration has begun to use it; fix: leave it");
      }
      statement.execute("DROP TABLE tandem.checkpoint, tandem.schema_version");
      statement.execute("DROP SCHEMA tandem");
      connection.commit();
    }
  }
}
