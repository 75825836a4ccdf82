package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.spec.RetainedLog;
import dev.tandem.spec.RetainedLog.Action;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.replication.PGReplicationStream;

/// A slot that retains more than the spec lets it is dropped if the spec says so and nobody reads
/// it, and in no other case.
@SuppressWarnings("NullAway.Init") // The server starts before the tests.
class SlotWatchDropTest {
  private static final CaptureNames NAMES = new CaptureNames("shop", Side.TARGET);
  private static final String SLOT = NAMES.slot();
  private static final RetainedLog LITTLE = declared(1 << 20, Action.DROP_SLOT);

  /// As many looks in a row as it takes.
  private static final int ENOUGH = 5;

  @TempDir private static Path directory;
  private static PostgresServer postgres;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  static void start() throws Exception {
    postgres = PostgresServer.start(PostgresSettings.in(directory));
    execute(
        "CREATE DATABASE elsewhere",
        "CREATE TABLE filler (t text)",
        "CREATE PUBLICATION shop FOR TABLE filler");
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  /// A slot that retains some four megabytes.
  @BeforeEach
  void fill() throws SQLException {
    execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')",
        "INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 4000)");
  }

  private static RetainedLog declared(long budget, Action action) {
    return new RetainedLog(OptionalLong.of(budget), action);
  }

  private static void execute(String... statements) throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static boolean isThere() throws SQLException {
    return is("true");
  }

  private static boolean isRead() throws SQLException {
    return is("active");
  }

  private static boolean is(String condition) throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '"
                    + SLOT
                    + "' AND "
                    + condition)) {
      row.next();
      return row.getInt(1) == 1;
    }
  }

  private SlotWatch.Watched watched(String database, RetainedLog declared) {
    var store =
        new PostgresAccess(postgres.url(database), PostgresServer.USER, PostgresServer.PASSWORD);
    return new SlotWatch.Watched(NAMES, store, declared, meters);
  }

  private static void look(SlotWatch.Watched slot, int times) {
    for (int i = 0; i < times; i++) {
      slot.look();
    }
  }

  private double metric(String name) {
    return meters.get(name).tag("slot", SLOT).tag("side", "target").gauge().value();
  }

  private double dropped() {
    return meters.get("tandem.slot.dropped").tag("slot", SLOT).counter().count();
  }

  @Test
  void shouldDropWhatNobodyReadsBeyondTheBudgetAndCountIt() throws SQLException {
    var slot = watched("tandem", LITTLE);
    look(slot, ENOUGH - 1);
    assertThat(isThere()).isTrue();
    assertThat(metric("tandem.slot.limit.bytes")).isEqualTo(1 << 20);
    assertThat(metric("tandem.slot.budget.bytes")).isEqualTo(1 << 19);
    assertThat(dropped()).isZero();
    slot.look();
    assertThat(isThere()).isFalse();
    assertThat(dropped()).isEqualTo(1);
    look(slot, 2 * ENOUGH);
    assertThat(dropped()).isEqualTo(1);
    assertThat(metric("tandem.slot.safe")).isZero();
  }

  @Test
  void shouldNotDropWhatIsRead() throws Exception {
    var slot = watched("tandem", LITTLE);
    look(slot, ENOUGH - 1);
    try (var connection = replication();
        var _ = stream(connection)) {
      await().until(SlotWatchDropTest::isRead);
      look(slot, 2 * ENOUGH);
      assertThat(isThere()).isTrue();
      try (var store = postgres.connect()) {
        assertThat(SlotLook.drop(store, SLOT, 1)).isFalse();
      }
    }
    await().until(() -> !isRead());
    look(slot, ENOUGH - 1);
    assertThat(isThere()).isTrue();
    slot.look();
    assertThat(isThere()).isFalse();
  }

  @Test
  void shouldNotDropWhatRetainsLess() throws SQLException {
    look(watched("tandem", declared(1 << 30, Action.DROP_SLOT)), 2 * ENOUGH);
    assertThat(isThere()).isTrue();
    try (var store = postgres.connect()) {
      assertThat(SlotLook.drop(store, SLOT, 1 << 30)).isFalse();
    }
    assertThat(dropped()).isZero();
  }

  @Test
  void shouldOnlyTellWhereTheSpecSaysNoMore() throws SQLException {
    look(watched("tandem", declared(1 << 20, Action.ALARM)), 2 * ENOUGH);
    assertThat(isThere()).isTrue();
    assertThat(metric("tandem.slot.budget.bytes")).isEqualTo(1 << 20);
    assertThat(metric("tandem.slot.retained.bytes")).isGreaterThan(1 << 20);
    assertThat(metric("tandem.slot.limit.bytes")).isInfinite();
  }

  @Test
  void shouldNotDropASlotOfThatNameInAnotherDatabase() throws SQLException {
    look(watched("elsewhere", LITTLE), 2 * ENOUGH);
    assertThat(isThere()).isTrue();
    assertThat(dropped()).isZero();
  }

  private static PgConnection replication() throws SQLException {
    var properties = new Properties();
    PGProperty.USER.set(properties, PostgresServer.USER);
    PGProperty.PASSWORD.set(properties, PostgresServer.PASSWORD);
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
    return DriverManager.getConnection(postgres.url(), properties).unwrap(PgConnection.class);
  }

  private static PGReplicationStream stream(PgConnection connection) throws SQLException {
    return connection
        .getReplicationAPI()
        .replicationStream()
        .logical()
        .withSlotName(SLOT)
        .withSlotOption("proto_version", 1)
        .withSlotOption("publication_names", "shop")
        .start();
  }
}
