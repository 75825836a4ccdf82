package dev.tandem.chaos;

import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.stack.StoreAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.awaitility.Awaitility;

/// A Postgres server that can crash, and come again at the same port by reading its log.
final class Store implements AutoCloseable {
  /// The account of the members, with a password of its own.
  private static final String MEMBERS = "members";

  private final PostgresSettings settings;
  private final Path directory;
  private PostgresServer server;

  Store(Path directory, String database, int port) throws SQLException {
    this.directory = directory;
    this.settings =
        PostgresSettings.in(directory)
            .withDatabase(database)
            .withPort(port)
            .withParameters(Map.of("max_connections", "300"));
    this.server = PostgresServer.start(settings);
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "CREATE ROLE " + MEMBERS + " SUPERUSER LOGIN PASSWORD '" + Mark.PASSWORD.word() + "'");
    }
  }

  /// As the test comes in.
  StoreAddress address() {
    return server.address();
  }

  /// As members do.
  StoreAddress ofMembers() {
    return new StoreAddress(address().url(), MEMBERS, Mark.PASSWORD.word());
  }

  /// As members do, through a wire.
  StoreAddress through(Wire wire) {
    var direct = ofMembers();
    String url = direct.url().replace(":" + server.port() + "/", ":" + wire.port() + "/");
    return new StoreAddress(url, direct.user(), direct.password());
  }

  int port() {
    return server.port();
  }

  Connection connect() throws SQLException {
    return server.connect();
  }

  /// Drops a replication slot by mistake, whoever reads it.
  void dropSlot(String name) throws SQLException {
    try (var connection = connect();
        var end =
            connection.prepareStatement(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = ?");
        var drop = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
      end.setString(1, name);
      drop.setString(1, name);
      Awaitility.await()
          .ignoreExceptions()
          .until(
              () -> {
                end.execute();
                return drop.execute();
              });
    }
  }

  /// `kill -9` of all of its processes; they are gone when this returns.
  void crash() throws IOException {
    var pid = Files.readAllLines(directory.resolve("data").resolve("postmaster.pid")).getFirst();
    var postmaster = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    var all = new ArrayList<>(postmaster.descendants().toList());
    all.addFirst(postmaster);
    all.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /// Returns when it takes clients again.
  void again() {
    server = PostgresServer.start(settings);
  }

  @Override
  public void close() {
    server.close();
  }
}
