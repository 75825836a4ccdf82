package dev.tandem.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One person's transactions in the legacy shop: mostly orders, and now and then each of the odd
/// things that happen to data in years. Touches nothing that [ShopData] keeps for the saboteur.
final class ShopVisit {
  /// Order and shipment numbers of one person: far from those of the others.
  private static final long STRIDE = 1_000_000_000L;

  private static final String TENANT = "(ARRAY['acme','globex','initech','umbrella'])[1 + ? % 4]";
  private final Connection connection;
  private final Random random;
  private long number;

  ShopVisit(Connection connection, Random random, int person) throws SQLException {
    this.connection = connection;
    this.random = random;
    try (var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                "SELECT coalesce(max(n), %d) FROM (SELECT max(ord_no) n FROM ord_hdr WHERE ord_no BETWEEN %d AND %d UNION ALL SELECT max(ship_no) FROM ord_ship WHERE ship_no BETWEEN %d AND %d) t"
                    .formatted(
                        (person + 1) * STRIDE,
                        (person + 1) * STRIDE,
                        (person + 2) * STRIDE - 1,
                        (person + 1) * STRIDE,
                        (person + 2) * STRIDE - 1))) {
      result.next();
      number = result.getLong(1) + 1;
    }
  }

  void once() throws SQLException {
    int choice = random.nextInt(100);
    if (choice < 45) {
      order();
    } else if (choice < 60) {
      run("UPDATE ord_hdr SET stat_cd = 'P' WHERE ord_no = ?", anyOrder());
    } else if (choice < 70) {
      ship();
    } else if (choice < 78) {
      run(
          "UPDATE cust_mst SET bal_cents = bal_cents + ? WHERE cust_no = ?",
          random.nextInt(10_000),
          anyCustomer());
    } else if (choice < 83) {
      run("UPDATE item_mst SET price_cents = price_cents + 1 WHERE item_cd = ?", anyItem());
    } else if (choice < 88) {
      run("UPDATE item_stock SET qty = qty - 1 WHERE item_cd = ? AND whs = 'W1'", anyItem());
    } else if (choice < 95) {
      address(choice);
    } else {
      odd(choice);
    }
    connection.commit();
  }

  private void order() throws SQLException {
    long order = number++;
    run(
        "INSERT INTO ord_hdr VALUES (?, " + TENANT + ", ?, 'N', localtimestamp, ?, ?)",
        order,
        random.nextInt(4),
        anyCustomer(),
        random.nextInt(100_000),
        random.nextInt(5) == 0 ? "leave at the door" : null);
    int lines = 1 + random.nextInt(4);
    for (int line = 1; line <= lines; line++) {
      run(
          "INSERT INTO ord_line VALUES (?, ?, ?, ?, ?)",
          order,
          line,
          anyItem(),
          1 + random.nextInt(5),
          100 + random.nextInt(900));
    }
  }

  private void ship() throws SQLException {
    long order = anyOrder();
    run("UPDATE ord_hdr SET stat_cd = 'S' WHERE ord_no = ?", order);
    run("INSERT INTO ord_ship VALUES (?, ?, 'Parcel', localtimestamp)", number++, order);
  }

  private void address(int choice) throws SQLException {
    int address = 1 + random.nextInt(30_000);
    switch (choice) {
      case 88, 89 ->
          run(
              "DELETE FROM cust_addr WHERE addr_no = ? AND cust_no <= ?",
              address,
              ShopData.USED_CUSTOMERS);
      case 90, 91, 92 ->
          run(
              "INSERT INTO cust_addr VALUES (?, ?, 'S', 'New Street', 'New Town', NULL)"
                  + " ON CONFLICT (addr_no) DO UPDATE SET str1 = excluded.str1"
                  + " WHERE cust_addr.cust_no <= ?",
              address,
              anyCustomer(),
              ShopData.USED_CUSTOMERS);
      default ->
          run(
              "UPDATE cust_addr SET cust_no = ? WHERE addr_no = ? AND cust_no <= ?",
              anyCustomer(),
              address,
              ShopData.USED_CUSTOMERS);
    }
  }

  /// Cancelled orders vanish, one order is renumbered, a mistake is rolled back, a description of 6
  /// kB stays untouched beside a change.
  private void odd(int choice) throws SQLException {
    long order = anyOrder();
    switch (choice) {
      case 95 -> {
        run("DELETE FROM ord_line WHERE ord_no = ?", order);
        run("DELETE FROM ord_ship WHERE ord_no = ?", order);
        run("DELETE FROM ord_hdr WHERE ord_no = ?", order);
      }
      case 96 -> {
        long renumbered = number++;
        run("UPDATE ord_hdr SET ord_no = ? WHERE ord_no = ?", renumbered, order);
        run("UPDATE ord_line SET ord_no = ? WHERE ord_no = ?", renumbered, order);
        run("UPDATE ord_ship SET ord_no = ? WHERE ord_no = ?", renumbered, order);
      }
      case 97 -> {
        run("UPDATE cust_mst SET lname = 'Mistake' WHERE cust_no = ?", anyCustomer());
        connection.rollback();
      }
      case 98 ->
          run(
              "UPDATE item_mst SET act_fl = NULL, descr = 'Renamed ' || ? WHERE item_cd = ?",
              order,
              anyItem());
      default -> {
        int first = anyCustomer();
        run(
            "UPDATE cust_mst SET bal_cents = bal_cents + 1 WHERE cust_no BETWEEN ? AND ?",
            first,
            Math.min(first + 20, ShopData.USED_CUSTOMERS));
      }
    }
  }

  private int anyCustomer() {
    return 1 + random.nextInt(ShopData.USED_CUSTOMERS);
  }

  private String anyItem() {
    return "IT-" + (1 + random.nextInt(ShopData.USED_ITEMS));
  }

  private long anyOrder() {
    return 1L + random.nextInt(ShopData.USED_ORDERS);
  }

  private void run(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
