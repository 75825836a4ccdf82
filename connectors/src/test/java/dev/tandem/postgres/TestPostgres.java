package dev.tandem.postgres;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/// A PostgreSQL server of a test class, with logical decoding, on a port of its own.
public final class TestPostgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  private TestPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  public static TestPostgres start() {
    return start(Map.of());
  }

  public static TestPostgres start(Map<String, String> parameters) {
    try {
      return new TestPostgres(builder(parameters).start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// One whose data directory stays when it is closed; a copy of one is started as it is.
  ///
  /// @param directory a short path
  public static TestPostgres startIn(Path directory) {
    try {
      return new TestPostgres(
          builder(Map.of()).setDataDirectory(directory).setCleanDataDirectory(false).start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Of the data directory of a server that is stopped, its slots included.
  public static void copy(Path from, Path to) throws IOException {
    copy(from, to, _ -> true);
  }

  private static EmbeddedPostgres.Builder builder(Map<String, String> parameters) {
    var builder =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", "logical")
            .setServerConfig("fsync", "off")
            .setServerConfig("max_wal_senders", "20")
            .setServerConfig("max_replication_slots", "20");
    parameters.forEach(builder::setServerConfig);
    return builder;
  }

  /// A standby of this server, which follows it through a slot of its own until it is promoted or
  /// told to [stop following][#stopFollowing()].
  ///
  /// @param directory where it is to live; a short path that does not exist
  public TestPostgres standby(Path directory) {
    execute("SELECT pg_create_physical_replication_slot('standby', true)");
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('standby', true)");
      copy(
          Path.of(query("SHOW data_directory")),
          directory,
          file -> !(file.startsWith("pg_replslot") && file.getNameCount() > 1));
      try (var rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        rows.next();
        Files.writeString(directory.resolve("backup_label"), rows.getString(1));
      }
      Files.writeString(directory.resolve("standby.signal"), "");
      Files.writeString(
          directory.resolve("postgresql.auto.conf"),
          "primary_slot_name = 'standby'\nprimary_conninfo ="
              + " 'host=127.0.0.1 user=postgres dbname=postgres port="
              + port()
              + "'\n");
      return new TestPostgres(
          builder(Map.of("hot_standby_feedback", "on", "sync_replication_slots", "on"))
              .setDataDirectory(directory)
              .setCleanDataDirectory(false)
              .start());
    } catch (IOException | SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// All but what belongs to the server that runs.
  private static void copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = from.relativize(file);
        boolean own = relative.startsWith("postmaster.pid") || relative.startsWith("epg-lock");
        if (!own && wanted.test(relative) && Files.exists(file)) {
          Files.copy(file, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
  }

  /// From here on it does not learn of what its primary commits.
  public void stopFollowing() {
    execute("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> query("SELECT count(*) FROM pg_stat_wal_receiver").equals("0"));
  }

  public Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  public int port() {
    return server.getPort();
  }

  public String url() {
    return "jdbc:postgresql://localhost:" + port() + "/postgres";
  }

  /// Runs statements, each committed.
  public void execute(String... statements) {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  /// The first column of the first row, as text.
  public String query(String sql) {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        throw new IllegalStateException("no row: " + sql);
      }
      return String.valueOf(rows.getString(1));
    } catch (SQLException failure) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
