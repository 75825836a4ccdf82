package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.capture.CaptureNames;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.StoreSetup.History;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreSetupTest {
  private static final CaptureNames NAMES = new CaptureNames("shop");
  private static final String NAME = "tandem_shop";
  private static TestPostgres postgres;
  private Connection connection;

  @BeforeAll
  static void startServer() {
    postgres = TestPostgres.start(Map.of("max_replication_slots", "2"));
  }

  @AfterAll
  static void stopServer() {
    postgres.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = postgres.connect();
    postgres.execute(
        "CREATE TABLE keyed (id int PRIMARY KEY)",
        "CREATE TABLE keyless (id int)",
        "CREATE TABLE parts (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')");
  }

  @AfterEach
  void clean() throws SQLException {
    connection.close();
    postgres.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION IF EXISTS " + NAME,
        "DROP TABLE keyed, keyless, parts CASCADE");
  }

  @Test
  void shouldPublishExactlyTheTablesAndMakeTheSlotAfterwards() throws Exception {
    var done = apply("public.keyed", "public.parts");
    assertThat(done)
        .extracting(Step::name)
        .containsExactly("publication " + NAME, "replication slot " + NAME);
    assertThat(published()).isEqualTo("keyed,parts");
    assertThat(
            postgres.query(
                "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate AND pubviaroot FROM"
                    + " pg_publication"))
        .isEqualTo("t");
    assertThat(
            postgres.query(
                "SELECT plugin || ' ' || temporary || ' ' || two_phase || ' ' || failover FROM"
                    + " pg_replication_slots"))
        .isEqualTo("pgoutput false false true");
    assertThat(steps(History.RAN_BEFORE, "public.keyed", "public.parts"))
        .allMatch(step -> step.is(Step.State.EXISTS));
  }

  @Test
  void shouldNeverPublishATableWhoseUpdatesWouldFail() throws Exception {
    postgres.execute("ALTER TABLE parts_1 REPLICA IDENTITY NOTHING");
    var refused =
        steps(History.NEW, "public.keyed", "public.keyless", "public.parts", "public.gone").stream()
            .filter(step -> step.is(Step.State.REFUSED))
            .toList();
    assertThat(refused)
        .extracting(Step::name)
        .containsExactly("table public.keyless", "table public.parts", "table public.gone");
    assertThat(refused.get(0).fix()).isEqualTo("ALTER TABLE keyless REPLICA IDENTITY FULL;");
    assertThat(refused.get(1).fix()).isEqualTo("ALTER TABLE parts_1 REPLICA IDENTITY FULL;");
  }

  @Test
  void shouldMendAPublicationAndNameWhatItDrops() throws Exception {
    postgres.execute("CREATE PUBLICATION " + NAME + " FOR TABLE keyless WITH (publish = 'insert')");
    var done = apply("public.keyed");
    assertThat(done.getFirst().statements())
        .contains("ALTER PUBLICATION " + NAME + " DROP TABLE ONLY \"public\".\"keyless\"");
    assertThat(published()).isEqualTo("keyed");
    assertThat(steps(History.NEW, "public.keyed").getFirst().state()).isEqualTo(Step.State.EXISTS);
  }

  @Test
  void shouldNotMakeASlotAgainThatExisted() throws Exception {
    var slot = steps(History.RAN_BEFORE, "public.keyed").getLast();
    assertThat(slot.state()).isEqualTo(Step.State.REFUSED);
    assertThat(slot.note()).contains("existed before and is gone");
  }

  @Test
  void shouldSayHowASlotComesToOutliveAFailOver() throws Exception {
    apply("public.keyed");
    assertThat(failover()).isEmpty();
    postgres.execute(
        "SELECT pg_drop_replication_slot('" + NAME + "')",
        "SELECT pg_create_logical_replication_slot('" + NAME + "', 'pgoutput')");
    assertThat(steps(History.NEW, "public.keyed").getLast().note()).contains("not a failover slot");
    var fix = failover().orElseThrow().fix();
    var command = fix.substring(fix.indexOf("-c '") + 4, fix.lastIndexOf('\''));
    try (var replication =
            DriverManager.getConnection(
                postgres.url()
                    + "?replication=database&assumeMinServerVersion=10&preferQueryMode=simple&user=postgres");
        var statement = replication.createStatement()) {
      statement.execute(command);
    }
    assertThat(failover()).isEmpty();
  }

  private Optional<Finding> failover() throws SQLException {
    return SlotRule.failover(Slot.read(connection, NAME).orElseThrow(), 17, Finding.Area.LEGACY);
  }

  @Test
  void shouldRefuseASlotOfAnotherPlugin() throws Exception {
    postgres.execute("SELECT pg_create_logical_replication_slot('" + NAME + "', 'test_decoding')");
    var slot = steps(History.NEW, "public.keyed").getLast();
    assertThat(slot.state()).isEqualTo(Step.State.REFUSED);
    assertThat(slot.note()).contains("expected plugin pgoutput", "found test_decoding");
  }

  @Test
  void shouldRefuseWhereTheSlotLimitIsFull() throws Exception {
    postgres.execute(
        "SELECT pg_create_physical_replication_slot('one')",
        "SELECT pg_create_physical_replication_slot('two')");
    var slot = steps(History.NEW, "public.keyed").getLast();
    assertThat(slot.state()).isEqualTo(Step.State.REFUSED);
    assertThat(slot.note()).contains("all 2 replication slots");
    assertThat(slot.fix()).contains("ALTER SYSTEM SET max_replication_slots = 7");
  }

  @Test
  void shouldNotQueueForATableThatIsLocked() throws Exception {
    try (var other = postgres.connect()) {
      other.setAutoCommit(false);
      try (var statement = other.createStatement()) {
        statement.execute("LOCK TABLE keyed IN ACCESS EXCLUSIVE MODE");
      }
      assertThatThrownBy(() -> apply("public.keyed"))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("publication " + NAME)
          .hasMessageContaining("55P03")
          .hasMessageContaining("pid ");
      other.rollback();
    }
  }

  @Test
  void shouldNoteATransactionThatTheSlotMayNotHaveSeen() throws Exception {
    var before = Long.parseLong(postgres.query("SELECT pg_current_xact_id()"));
    apply("public.keyed");
    assertThat(setup("public.keyed").nextTransaction()).isGreaterThan(before);
  }

  private List<Step> apply(String... tables) throws SQLException {
    var steps = steps(History.NEW, tables);
    setup(tables).run(steps);
    return steps;
  }

  private List<Step> steps(History history, String... tables) throws SQLException {
    return setup(tables).steps(history);
  }

  private StoreSetup setup(String... tables) {
    Set<TableId> ids = Arrays.stream(tables).map(TableId::parse).collect(Collectors.toSet());
    return new StoreSetup(connection, new CapturedStore(NAMES, ids, Set.of()));
  }

  private static String published() {
    return postgres.query(
        "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_publication_tables WHERE"
            + " pubname = '"
            + NAME
            + "'");
  }
}
