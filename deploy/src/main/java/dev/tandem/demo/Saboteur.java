package dev.tandem.demo;

import dev.tandem.demo.Traps.Act;
import dev.tandem.demo.Traps.Place;
import dev.tandem.demo.Traps.Trap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/// Does harm to the shop while it is migrated, each time to an entity that nobody else touches
/// ([ShopData]) and that it has not touched before. Takes back on request what no repair can mend,
/// and when closed everything that lies in wait. Not thread-safe.
public final class Saboteur implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// Numbers of orders that nobody has; far from those of the shop's people.
  private static final long NEW_ORDERS = 900_000_000;

  private static final int TERMS = 10;

  private final Connection legacy;
  private final Connection target;
  private final Traps traps;
  private final Clock clock;
  private final Map<Integer, String> before = new HashMap<>();
  private final long prepared;
  private int planted;
  private long customer = ShopData.USED_CUSTOMERS;
  private long item = ShopData.USED_ITEMS;
  private long order = ShopData.USED_ORDERS;
  private long changedCustomer;

  /// @param faults how many are going to be planted, at most
  public Saboteur(Workload.Connector legacy, Workload.Connector target, int faults, Clock clock)
      throws SQLException {
    this.legacy = legacy.open();
    this.target = target.open();
    this.clock = clock;
    this.traps = Traps.install(this.target);
    // What is to be set back needs something to be set back to.
    prepared = faults / Trick.values().length + 1L;
    changedCustomer = ShopData.CUSTOMERS - prepared;
    expect(
        (int) prepared,
        run(
            this.legacy,
            "UPDATE cust_mst SET terms = terms + ? WHERE cust_no > ? AND cust_no <= ?",
            TERMS,
            changedCustomer,
            ShopData.CUSTOMERS));
  }

  public Fault plant(Trick trick) throws SQLException {
    int id = planted + 1;
    var at =
        switch (trick) {
          case CUSTOMER_UPDATED -> customer("UPDATE crm.customer SET phone = 'sabotage'");
          case CUSTOMER_DELETED -> customer("DELETE FROM crm.customer");
          case ADDRESS_UPDATED -> customer("UPDATE crm.customer_address SET city = 'Sabotage'");
          case LINE_DELETED -> line();
          case STOCK_INSERTED -> stock();
          case ACCOUNT_INVENTED -> account();
          case LINE_ORPHANED -> orphan();
          case ORDER_COPIED -> copy();
          case UPDATE_SWALLOWED -> renamed(id, Act.SWALLOW, "");
          case WRITE_ALTERED -> renamed(id, Act.ALTER, "{\"full_name\": \"Sabotage\"}");
          case INSERT_SWALLOWED -> inserted(id);
          case DELETE_SWALLOWED -> deleted(id, Place.ORDER, Place.LINE, Place.SHIPMENT);
          case ROOT_DELETE_SWALLOWED -> deleted(id, Place.ORDER);
          case WRITE_REFUSED -> refused(id);
          case ROW_POISONED -> poisoned(id);
          case ACCOUNT_REMOVED -> removed(id);
          case OLDER_WRITTEN -> older(id);
        };
    planted = id;
    return new Fault(id, trick, at.number, at.key, clock.instant());
  }

  /// Where a fault was planted.
  private record At(long number, String key) {}

  private At nextCustomer() {
    customer++;
    require(customer <= ShopData.CUSTOMERS - prepared);
    return new At(customer, ShopIdentifier.of("customer", String.valueOf(customer)));
  }

  private At nextOrder() {
    order++;
    require(order <= ShopData.ORDERS);
    return new At(order, ShopIdentifier.of("order", String.valueOf(order)));
  }

  private void require(boolean left) {
    if (!left) {
      throw new IllegalStateException(
          "after %d faults the shop has no row left for the next one; plant fewer"
              .formatted(planted));
    }
  }

  private At customer(String harm) throws SQLException {
    var at = nextCustomer();
    atLeastOne(run(target, harm + " WHERE customer_id = ?::uuid", at.key));
    return at;
  }

  private At line() throws SQLException {
    var at = nextOrder();
    expect(
        1,
        run(target, "DELETE FROM sales.order_line WHERE order_id = ?::uuid AND line = 1", at.key));
    return at;
  }

  private At stock() throws SQLException {
    item++;
    require(item <= ShopData.ITEMS);
    String key = ShopIdentifier.of("product", "IT-" + item);
    run(target, "INSERT INTO catalog.stock VALUES (?::uuid, 'WX', 1)", key);
    return new At(item, key);
  }

  private At account() throws SQLException {
    String key = UUID.randomUUID().toString();
    run(target, "INSERT INTO crm.billing_account VALUES (?::uuid, 'acme', 1, 1, 1)", key);
    return new At(0, key);
  }

  private At orphan() throws SQLException {
    String key = UUID.randomUUID().toString();
    run(target, "SET session_replication_role = replica");
    run(target, "INSERT INTO sales.order_line VALUES (?::uuid, 1, gen_random_uuid(), 1, 1)", key);
    run(target, "RESET session_replication_role");
    return new At(0, key);
  }

  private At copy() throws SQLException {
    var at = nextOrder();
    String key = UUID.randomUUID().toString();
    expect(
        1,
        run(
            target,
            "INSERT INTO sales.sales_order SELECT ?::uuid, tenant_id, order_number, customer_id,"
                + " status, ordered_at, total, note FROM sales.sales_order WHERE order_id = ?::uuid",
            key,
            at.key));
    return new At(at.number, key);
  }

  private At renamed(int id, Act act, String patch) throws SQLException {
    var at = nextCustomer();
    traps.lay(Place.CUSTOMER, new Trap(id, at.key, act, patch));
    expect(1, run(legacy, "UPDATE cust_mst SET lname = 'Renamed' WHERE cust_no = ?", at.number));
    return at;
  }

  private At inserted(int id) throws SQLException {
    long number = NEW_ORDERS + id;
    String key = ShopIdentifier.of("order", String.valueOf(number));
    traps.lay(Place.ORDER, new Trap(id, key, Act.SWALLOW, ""));
    run(
        legacy,
        "INSERT INTO ord_hdr VALUES (?, 'acme', 1, 'N', localtimestamp, 100, NULL)",
        number);
    return new At(number, key);
  }

  private At deleted(int id, Place... places) throws SQLException {
    var at = nextOrder();
    for (Place place : places) {
      traps.lay(place, new Trap(id, at.key, Act.SWALLOW_DELETE, ""));
    }
    expect(
        1,
        run(
            legacy,
            "WITH lines AS (DELETE FROM ord_line WHERE ord_no = ?), shipments AS"
                + " (DELETE FROM ord_ship WHERE ord_no = ?) DELETE FROM ord_hdr WHERE ord_no = ?",
            at.number,
            at.number,
            at.number));
    return at;
  }

  private At refused(int id) throws SQLException {
    var at = nextOrder();
    traps.lay(Place.ORDER, new Trap(id, at.key, Act.REFUSE, ""));
    expect(1, run(legacy, "UPDATE ord_hdr SET note = 'refused' WHERE ord_no = ?", at.number));
    return at;
  }

  private At poisoned(int id) throws SQLException {
    var at = nextOrder();
    before.put(id, text(legacy, "SELECT stat_cd FROM ord_hdr WHERE ord_no = ?", at.number));
    expect(1, run(legacy, "UPDATE ord_hdr SET stat_cd = '!' WHERE ord_no = ?", at.number));
    return at;
  }

  private At removed(int id) throws SQLException {
    var at = nextCustomer();
    traps.lay(Place.ACCOUNT, new Trap(id, at.key, Act.REMOVE, ""));
    expect(
        1,
        run(legacy, "UPDATE cust_mst SET bal_cents = bal_cents + 1 WHERE cust_no = ?", at.number));
    return at;
  }

  private At older(int id) throws SQLException {
    changedCustomer++;
    require(changedCustomer <= ShopData.CUSTOMERS);
    String key = ShopIdentifier.of("customer", String.valueOf(changedCustomer));
    int now =
        Integer.parseInt(
            text(legacy, "SELECT terms FROM cust_mst WHERE cust_no = ?", changedCustomer));
    awaitTerms(key, now);
    traps.lay(
        Place.ACCOUNT,
        new Trap(id, key, Act.ALTER, "{\"payment_terms_days\": " + (now - TERMS) + "}"));
    expect(
        1,
        run(
            legacy,
            "UPDATE cust_mst SET terms = terms + ? WHERE cust_no = ?",
            TERMS,
            changedCustomer));
    return new At(changedCustomer, key);
  }

  private void awaitTerms(String key, int terms) throws SQLException {
    Instant deadline = clock.instant().plus(PATIENCE);
    String sql = "SELECT payment_terms_days FROM crm.billing_account WHERE customer_id = ?::uuid";
    while (!text(target, sql, key).equals(String.valueOf(terms))) {
      if (clock.instant().isAfter(deadline)) {
        throw new IllegalStateException(
            "the target does not show the terms of billing account " + key + " within two minutes");
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  /// Whether no repair can mend a fault before it is taken back.
  static boolean isLasting(Fault fault) {
    return fault.trick() == Trick.ROW_POISONED || fault.trick() == Trick.WRITE_REFUSED;
  }

  /// Takes back what no repair can mend; the rest is left to the repairs.
  void takeBack(Fault fault) throws SQLException {
    if (fault.trick() == Trick.WRITE_REFUSED) {
      traps.lift(fault.id());
    }
    String status = before.remove(fault.id());
    if (status != null) {
      run(legacy, "UPDATE ord_hdr SET stat_cd = ? WHERE ord_no = ?", status, fault.number());
    }
  }

  /// When a trap has spoiled a write, by fault.
  Map<Integer, Instant> sprung() throws SQLException {
    return traps.sprung();
  }

  /// Removes the traps.
  @Override
  public void close() throws SQLException {
    try (legacy;
        target) {
      Traps.remove(target);
    }
  }

  private static void expect(int rows, int found) {
    if (found != rows) {
      throw new IllegalStateException(
          "expected to change " + rows + " rows, found " + found + "; is the shop loaded?");
    }
  }

  private static void atLeastOne(int found) {
    if (found == 0) {
      throw new IllegalStateException("expected a row to change, found none; is the shop loaded?");
    }
  }

  private static int run(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values)) {
      return statement.executeUpdate();
    }
  }

  private static String text(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values);
        var row = statement.executeQuery()) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
