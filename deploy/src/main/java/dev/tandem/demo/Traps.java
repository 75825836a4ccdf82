package dev.tandem.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Triggers in the target that wait for a write of one key, and spoil it. A trap springs in one
/// transaction, for all its rows there; if that transaction is rolled back, the trap waits on. One
/// that refuses can only be lifted. Everything is in a schema of its own and goes with it.
///
/// Not thread-safe.
final class Traps {
  private static final int PATIENCE = 300;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final String LOCKED = "55P03";

  /// What a trap does to a write.
  enum Act {
    SWALLOW,
    SWALLOW_DELETE,
    ALTER,
    REFUSE,
    REMOVE
  }

  /// A table in which traps can be laid.
  ///
  /// @param key the column of the entity's key
  record Place(String table, String key) {
    static final Place CUSTOMER = new Place("crm.customer", "customer_id");
    static final Place ACCOUNT = new Place("crm.billing_account", "customer_id");
    static final Place ORDER = new Place("sales.sales_order", "order_id");
    static final Place LINE = new Place("sales.order_line", "order_id");
    static final Place SHIPMENT = new Place("sales.shipment", "order_id");
    static final List<Place> ALL = List.of(CUSTOMER, ACCOUNT, ORDER, LINE, SHIPMENT);

    private String function() {
      return "sabotage." + table.replace('.', '_');
    }
  }

  /// The rows that no write meets are there for the planner, which else takes every look at a small
  /// table for a cheap one, and reads the whole of it for each row that apply writes.
  private static final String TABLE =
      """
      CREATE SCHEMA sabotage;
      CREATE TABLE sabotage.trap (
        fault integer NOT NULL,
        relation oid NOT NULL,
        key uuid NOT NULL,
        act text NOT NULL,
        patch jsonb,
        xid xid8,
        sprung_at timestamptz,
        PRIMARY KEY (key, relation)
      );
      INSERT INTO sabotage.trap (fault, relation, key, act)
        SELECT -1, 0, gen_random_uuid(), 'NEVER' FROM generate_series(1, 5000);
      ANALYZE sabotage.trap;
      """;

  /// The same function spoils before a row is written and removes after it was. Apply's upserts are
  /// met as inserts.
  private static final String FUNCTION =
      """
      CREATE FUNCTION %1$s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE
        held sabotage.trap;
        wanted uuid;
      BEGIN
        IF TG_OP = 'DELETE' THEN wanted := OLD.%2$s; ELSE wanted := NEW.%2$s; END IF;
        SELECT * INTO held FROM sabotage.trap WHERE key = wanted AND relation = TG_RELID
          AND (act = 'SWALLOW_DELETE') = (TG_OP = 'DELETE') AND (act = 'REMOVE') = (TG_WHEN = 'AFTER')
          AND (xid IS NULL OR xid = pg_current_xact_id());
        IF NOT FOUND THEN
          IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
        END IF;
        IF held.act = 'REFUSE' THEN
          RAISE EXCEPTION 'refused by a trap' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE sabotage.trap SET xid = pg_current_xact_id(), sprung_at = clock_timestamp()
          WHERE key = wanted AND relation = TG_RELID AND xid IS NULL;
        IF held.act = 'ALTER' THEN RETURN jsonb_populate_record(NEW, held.patch); END IF;
        IF held.act = 'REMOVE' THEN DELETE FROM %3$s WHERE %2$s = wanted; END IF;
        RETURN NULL;
      END $$
      """;

  private final Connection target;

  private Traps(Connection target) {
    this.target = target;
  }

  /// Makes the triggers, without keeping apply waiting for long.
  ///
  /// @param target commits by itself
  static Traps install(Connection target) throws SQLException {
    remove(target);
    try (var statement = target.createStatement()) {
      statement.execute(TABLE);
      for (Place place : Place.ALL) {
        statement.execute(FUNCTION.formatted(place.function(), place.key, place.table));
        patiently(statement, trigger(place, "BEFORE INSERT OR DELETE"));
      }
      patiently(statement, trigger(Place.ACCOUNT, "AFTER INSERT OR UPDATE"));
    }
    return new Traps(target);
  }

  private static String trigger(Place place, String when) {
    return "CREATE TRIGGER sabotage_"
        + when.substring(0, when.indexOf(' ')).toLowerCase(java.util.Locale.ROOT)
        + " "
        + when
        + " ON "
        + place.table
        + " FOR EACH ROW EXECUTE FUNCTION "
        + place.function()
        + "()";
  }

  /// Removes whatever is there.
  static void remove(Connection target) throws SQLException {
    try (var statement = target.createStatement()) {
      for (Place place : Place.ALL) {
        patiently(statement, "DROP TRIGGER IF EXISTS sabotage_before ON " + place.table);
        patiently(statement, "DROP TRIGGER IF EXISTS sabotage_after ON " + place.table);
      }
      statement.execute("DROP SCHEMA IF EXISTS sabotage CASCADE");
    }
  }

  private static void patiently(Statement statement, String sql) throws SQLException {
    statement.execute("SET lock_timeout = '200ms'");
    for (int attempt = 1; ; attempt++) {
      try {
        statement.execute(sql);
        statement.execute("RESET lock_timeout");
        return;
      } catch (SQLException e) {
        if (!LOCKED.equals(e.getSQLState()) || attempt == PATIENCE) {
          throw e;
        }
        java.util.concurrent.locks.LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /// @param patch the columns that an altered row has otherwise, as a JSON object; else empty
  record Trap(int fault, String key, Act act, String patch) {}

  void lay(Place place, Trap trap) throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            "INSERT INTO sabotage.trap (fault, relation, key, act, patch)"
                + " VALUES (?, ?::regclass, ?::uuid, ?, nullif(?, '')::jsonb)")) {
      insert.setInt(1, trap.fault);
      insert.setString(2, place.table);
      insert.setString(3, trap.key);
      insert.setString(4, trap.act.name());
      insert.setString(5, trap.patch);
      insert.executeUpdate();
    }
  }

  /// Takes a fault's traps away.
  void lift(int fault) throws SQLException {
    try (var delete = target.prepareStatement("DELETE FROM sabotage.trap WHERE fault = ?")) {
      delete.setInt(1, fault);
      delete.executeUpdate();
    }
  }

  /// When traps sprang, by fault; of one that waits, nothing.
  Map<Integer, Instant> sprung() throws SQLException {
    var sprung = new HashMap<Integer, Instant>();
    try (var select = target.createStatement();
        var rows =
            select.executeQuery(
                "SELECT fault, max(sprung_at) FROM sabotage.trap WHERE sprung_at IS NOT NULL GROUP BY fault")) {
      while (rows.next()) {
        sprung.put(rows.getInt(1), rows.getObject(2, OffsetDateTime.class).toInstant());
      }
    }
    return sprung;
  }
}
