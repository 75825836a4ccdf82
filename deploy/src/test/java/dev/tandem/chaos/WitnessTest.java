package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.audit.OutboxAudit.Found;
import dev.tandem.chaos.Discreet.Said;
import dev.tandem.chaos.Mark.Place;
import dev.tandem.demo.Examples;
import dev.tandem.ledger.Events;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.stack.StoreAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each guarantee can be broken, and is then said to be.
class WitnessTest {
  /// A log, an answer, a topic, and a record of a row.
  private static final List<Discreet.Source> SAID =
      List.of(
          listener -> listener.accept(new Said(Place.LOG, "apply-1", "began")),
          listener -> listener.accept(new Said(Place.ANSWER, "status", "idle")),
          listener -> listener.accept(new Said(Place.TOPIC, "shop.control", "go on")),
          listener ->
              listener.accept(
                  new Said(
                      Place.RECORDS,
                      "shop.customers.outbox",
                      Mark.SENSITIVE.word() + Mark.PLAIN.word())));

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
  void shouldTellWhoSaysWhatIsNotForEverybody() throws Exception {
    assertThat(new Discreet(SAID).broken()).isEmpty();
    for (Mark mark : Mark.values()) {
      for (Place place : Place.values()) {
        var said = new ArrayList<>(SAID);
        said.add(listener -> listener.accept(new Said(place, "apply-1", "a " + mark.word())));
        var broken = new Discreet(said).broken();
        if (mark.mayStandIn(place)) {
          assertThat(broken).isEmpty();
        } else {
          assertThat(broken).containsExactly("apply-1 told " + mark + " 1 times");
        }
      }
    }
  }

  /// What each mark may stand in, written down once more.
  @Test
  void shouldLetSecretsStandNowhereAndSensitiveValuesWithWholeRowsAlone() {
    assertThat(Place.values())
        .noneMatch(Mark.PASSWORD::mayStandIn)
        .noneMatch(Mark.TOKEN::mayStandIn);
    assertThat(Place.values()).filteredOn(Mark.SENSITIVE::mayStandIn).containsOnly(Place.RECORDS);
    assertThat(Place.values()).filteredOn(Mark.PLAIN::mayStandIn).doesNotContain(Place.LOG);
  }

  @Test
  void shouldNotTakeForSilenceWhatNobodyLookedAt() throws Exception {
    assertThat(new Discreet(List.of()).broken())
        .contains("nothing was heard of any LOG", "no record bears SENSITIVE");
  }

  @Test
  void shouldTellWhoAnswersOthersThanThoseWhoMayCall() throws Exception {
    assertThat(serving(true, true)).isEmpty();
    assertThat(serving(true, false))
        .containsExactly(
            "serve-0 answered 200 where 401 is right", "serve-0 answered 200 where 401 is right");
    assertThat(serving(false, true)).containsExactly("serve-0 answered 401 where 200 is right");
    assertThat(new Serving(List::of, Duration.ZERO).broken()).containsExactly("nobody serves");
    var gone =
        new Desk(
            "serve-0",
            () -> {
              throw new ConnectException("gone");
            });
    assertThat(new Serving(() -> List.of(gone), Duration.ofMillis(200)).broken())
        .contains("serve-0 answered nothing (gone) where 200 is right");
  }

  /// What is said of a member.
  ///
  /// @param answers whether it answers who has the token
  /// @param asks whether it asks others for it
  private static List<String> serving(boolean answers, boolean asks) throws IOException {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var member = HttpServer.create(loopback, 0);
    member.createContext(
        "/v1/status",
        call -> {
          String given = call.getRequestHeaders().getFirst("Authorization");
          boolean known = ("Bearer " + Mark.TOKEN.word()).equals(given);
          call.sendResponseHeaders((known ? answers : !asks) ? 200 : 401, -1);
          call.close();
        });
    member.start();
    try {
      var desk = new Desk("serve-0", () -> member.getAddress().getPort());
      return new Serving(() -> List.of(desk), Duration.ofMillis(200)).broken();
    } finally {
      member.stop(0);
    }
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
