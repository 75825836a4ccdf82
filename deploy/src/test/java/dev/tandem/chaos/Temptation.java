package dev.tandem.chaos;

import dev.tandem.running.Shop;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.awaitility.Awaitility;

/// Two customers of whom a careless program would tell too much: one whose row the target refuses,
/// where the server's message quotes the whole of it, and one who cannot be translated.
final class Temptation {
  private static final Set<Kind> KINDS = EnumSet.of(Kind.UNAPPLIABLE, Kind.UNTRANSLATABLE);

  private Temptation() {}

  /// Returns when both have been found. They stay as they are.
  static void plant(Shop shop) throws SQLException {
    try (var target = shop.target();
        var statement = target.createStatement()) {
      statement.execute(
          "ALTER TABLE crm.customer ADD CHECK (phone IS DISTINCT FROM 'none') NOT VALID");
    }
    try (var legacy = shop.legacy();
        var statement = legacy.createStatement()) {
      statement.execute("UPDATE cust_mst SET phone = 'none' WHERE cust_no = 1");
      statement.execute("UPDATE cust_mst SET stat_cd = '!' WHERE cust_no = 2");
    }
    try (var ledger = shop.ledger()) {
      var found = EnumSet.noneOf(Kind.class);
      Awaitility.await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                ledger.toEnd(entry -> take(entry.event(), found));
                return found.containsAll(KINDS);
              });
    }
  }

  private static void take(Divergence event, Set<Kind> found) {
    if (event.entity().equals("Customer")) {
      found.add(event.kind());
    }
  }
}
