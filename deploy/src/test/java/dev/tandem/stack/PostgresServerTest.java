package dev.tandem.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
  @TempDir Path directory;

  @Test
  void shouldDecodeItsLogLogically() throws Exception {
    try (var server = PostgresServer.start(PostgresSettings.in(directory))) {
      assertThat(query(server, "SHOW wal_level")).isEqualTo("logical");
      assertThat(
              query(
                  server,
                  "SELECT slot_name FROM pg_create_logical_replication_slot('s', 'pgoutput')"))
          .isEqualTo("s");
    }
  }

  @Test
  void shouldKeepItsDataAcrossARestart() throws Exception {
    var settings = PostgresSettings.in(directory).withDatabase("legacy");
    try (var server = PostgresServer.start(settings)) {
      execute(server, "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (var server = PostgresServer.start(settings)) {
      assertThat(query(server, "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void shouldTakeOverADirectoryWhoseServerWasLeftRunning() throws Exception {
    var left = PostgresServer.start(PostgresSettings.in(directory));
    execute(left, "CREATE TABLE kept AS SELECT 42 AS answer");
    try (var server = PostgresServer.start(PostgresSettings.in(directory))) {
      assertThat(query(server, "SELECT answer FROM kept")).isEqualTo("42");
      assertThatThrownBy(left::connect).isInstanceOf(SQLException.class);
    } finally {
      left.close();
    }
  }

  @Test
  void shouldTakeParametersOverItsOwn() throws Exception {
    var settings =
        PostgresSettings.in(directory).withParameters(Map.of("max_replication_slots", "1"));
    try (var server = PostgresServer.start(settings)) {
      assertThat(query(server, "SHOW max_replication_slots")).isEqualTo("1");
    }
  }

  @Test
  void shouldAskForThePasswordAndHashItCheaply() throws Exception {
    try (var server = PostgresServer.start(PostgresSettings.in(directory))) {
      assertThat(query(server, "SELECT rolpassword FROM pg_authid WHERE rolname = 'tandem'"))
          .startsWith("SCRAM-SHA-256$16:");
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.url(), PostgresServer.USER, "wrong"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password");
    }
  }

  @Test
  void shouldSayWhichPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings = PostgresSettings.in(directory).withPort(taken.getLocalPort());
      assertThatThrownBy(() -> PostgresServer.start(settings))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("Address already in use");
    }
  }

  private static void execute(PostgresServer server, String sql) throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(PostgresServer server, String sql) throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      assertThat(found.next()).isTrue();
      return found.getString(1);
    }
  }
}
