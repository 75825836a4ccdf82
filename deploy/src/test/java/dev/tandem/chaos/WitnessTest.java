package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.audit.OutboxAudit.Found;
import dev.tandem.demo.Examples;
import dev.tandem.ledger.Events;
import dev.tandem.run.Role;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.stack.StoreAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each guarantee can be broken, and is then said to be.
class WitnessTest {
  private static final String CUSTOMER = "11111111-1111-1111-1111-111111111111";
  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start(PostgresSettings.in(directory.resolve("postgres")));
    Path spec = Examples.unpackShop(directory);
    execute("tandem", "CREATE DATABASE legacy");
    execute("tandem", "CREATE DATABASE target");
    try (var legacy = open("legacy");
        var target = open("target")) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
    }
    execute(
        "legacy",
        "INSERT INTO cust_mst VALUES (7, 'acme', 'Ann', 'Smith', 'A', NULL, 200, NULL, 10, '2026-01-01')");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Connection open(String database) throws SQLException {
    return new StoreAddress(server.url(database), PostgresServer.USER, PostgresServer.PASSWORD)
        .connect();
  }

  private static void execute(String database, String sql) throws SQLException {
    try (var connection = open(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void balance(String balance) throws SQLException {
    execute("target", "UPDATE crm.billing_account SET balance = " + balance);
  }

  @Test
  void shouldTellWhoSaysWhatStandsInARow() throws Exception {
    var member = new Fleet.Name(Role.APPLY, 1);
    var said = new ArrayList<>(List.of("began"));
    var discreet = new Discreet(() -> open("legacy"), () -> Map.of(member, said));
    discreet.install();
    assertThat(discreet.broken()).isEmpty();
    try (var connection = open("legacy");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT lname FROM cust_mst WHERE cust_no = 7")) {
      rows.next();
      said.add("cannot write " + rows.getString(1));
    }
    assertThat(discreet.broken())
        .containsExactly("apply-1 told a customer's name in 1 lines of its log");
  }

  @Test
  void shouldMissWhatTheTargetHasNot() throws Exception {
    var equal = new EqualStores(() -> open("legacy"), () -> open("target"));
    execute("target", "DELETE FROM crm.customer");
    assertThat(equal.broken()).contains("missing: crm.customer 7");
  }

  @Test
  void shouldTellAnEffectThatComesTwiceGoesBackOrIsNotTheLast() throws Exception {
    var order = new OrderPerKey(() -> open("legacy"), () -> open("target"));
    order.install();
    try {
      assertThat(order.broken()).containsExactly("no balance was written");
      execute(
          "target",
          """
          INSERT INTO crm.customer VALUES ('%1$s', 'acme', 7, 'Ann Smith', 'ACTIVE', NULL, now());
          INSERT INTO crm.billing_account VALUES ('%1$s', 'acme', 1, NULL, 10)"""
              .formatted(CUSTOMER));
      assertThat(order.broken()).containsExactly("the balance of customer 7 ended as another one");
      balance("2.00");
      assertThat(order.broken()).isEmpty();
      balance("2.00");
      assertThat(order.broken()).containsExactly("the balance of customer 7 was written twice");
      balance("1.50");
      assertThat(order.broken())
          .contains(
              "the balance of customer 7 went back",
              "the balance of customer 7 ended as another one");
      execute("target", "DELETE FROM crm.billing_account");
      assertThat(order.broken()).contains("the balance of customer 7 was deleted");
    } finally {
      order.remove();
      execute("target", "DELETE FROM crm.customer");
    }
  }

  @Test
  void shouldTellATopicThatIsNotSound() {
    assertThat(SoundTopics.broken("t", found(9, 0, 0, 0, 0))).isEmpty();
    assertThat(SoundTopics.broken("t", found(0, 0, 0, 0, 0))).hasSize(1);
    assertThat(SoundTopics.broken("t", found(9, 1, 0, 0, 0)))
        .containsExactly("t: 9 changes, 1 twice, 0 back, 0 transactions unmarked, 0 open");
    assertThat(SoundTopics.broken("t", found(9, 0, 1, 0, 0))).hasSize(1);
    assertThat(SoundTopics.broken("t", found(9, 0, 0, 1, 0))).hasSize(1);
    assertThat(SoundTopics.broken("t", found(9, 0, 0, 0, 1))).hasSize(1);
  }

  private static Found found(long changes, long twice, long back, long unmarked, long open) {
    return new Found(changes, twice, back, unmarked, open, new TreeSet<>());
  }

  @Test
  void shouldTellWhateverWasTold() {
    assertThat(Silent.broken(List.of(), 0, 0)).isEmpty();
    assertThat(Silent.broken(List.of(), 1, 0)).hasSize(1);
    assertThat(Silent.broken(List.of(), 0, 1)).hasSize(1);
    assertThat(Silent.broken(List.of(Events.of("1").event()), 0, 0))
        .singleElement()
        .asString()
        .contains("OPENED FIELD_MISMATCH of Item");
  }
}
