package dev.tandem.chaos;

import dev.tandem.demo.ShopData;
import dev.tandem.demo.Workload.Connector;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// No change takes effect twice, and those of one key in their order: the balances of the legacy
/// shop only grow while it is used, so that each that is written to the target must be larger than
/// the one before it, and the last one that of the legacy shop. A trigger of the target notes what
/// is written.
record OrderPerKey(Connector legacy, Connector target) implements Witness {
  private static final String INSTALL =
      """
      CREATE SCHEMA witness;
      CREATE TABLE witness.written (n bigserial PRIMARY KEY, customer_id uuid NOT NULL, balance numeric);
      CREATE FUNCTION witness.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          INSERT INTO witness.written (customer_id) VALUES (OLD.customer_id);
        ELSE
          INSERT INTO witness.written (customer_id, balance) VALUES (NEW.customer_id, NEW.balance);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER witness_note AFTER INSERT OR UPDATE OR DELETE ON crm.billing_account
        FOR EACH ROW EXECUTE FUNCTION witness.note();
      """;

  private static final String WRONG =
      """
      SELECT c.customer_number, w.verdict
        FROM (SELECT customer_id,
                     CASE WHEN balance IS NULL THEN 'was deleted'
                          WHEN balance = before THEN 'was written twice'
                          WHEN balance < before THEN 'went back' END AS verdict
                FROM (SELECT n, customer_id, balance,
                             lag(balance) OVER (PARTITION BY customer_id ORDER BY n) AS before
                        FROM witness.written) each) w
        JOIN crm.customer c USING (customer_id)
       WHERE w.verdict IS NOT NULL AND c.customer_number <= ? LIMIT 5""";

  private static final String LAST =
      """
      SELECT DISTINCT ON (customer_id) c.customer_number, w.balance
        FROM witness.written w JOIN crm.customer c USING (customer_id)
       WHERE c.customer_number <= ? ORDER BY customer_id, n DESC""";

  /// From now on the target notes what is written. Nothing may be at work in it.
  void install() throws SQLException {
    try (var connection = target.open();
        var statement = connection.createStatement()) {
      statement.execute(INSTALL);
    }
  }

  /// Takes the trigger away, with what it noted.
  void remove() throws SQLException {
    try (var connection = target.open();
        var statement = connection.createStatement()) {
      statement.execute(
          "DROP TRIGGER witness_note ON crm.billing_account; DROP SCHEMA witness CASCADE");
    }
  }

  @Override
  public List<String> broken() throws SQLException {
    var broken = new ArrayList<String>();
    var last = new HashMap<Integer, BigDecimal>();
    try (var connection = target.open();
        var wrong = connection.prepareStatement(WRONG);
        var ends = connection.prepareStatement(LAST)) {
      wrong.setInt(1, ShopData.USED_CUSTOMERS);
      var rows = wrong.executeQuery();
      while (rows.next()) {
        broken.add("the balance of customer " + rows.getInt(1) + " " + rows.getString(2));
      }
      ends.setInt(1, ShopData.USED_CUSTOMERS);
      rows = ends.executeQuery();
      while (rows.next()) {
        last.put(rows.getInt(1), rows.getBigDecimal(2));
      }
    }
    if (last.isEmpty()) {
      broken.add("no balance was written");
    }
    compare(last, broken);
    return broken;
  }

  private void compare(Map<Integer, BigDecimal> last, List<String> broken) throws SQLException {
    try (var connection = legacy.open();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT cust_no, bal_cents / 100.0 FROM cust_mst")) {
      while (rows.next()) {
        BigDecimal written = last.get(rows.getInt(1));
        if (written != null && written.compareTo(rows.getBigDecimal(2)) != 0) {
          broken.add("the balance of customer " + rows.getInt(1) + " ended as another one");
        }
      }
    }
  }
}
