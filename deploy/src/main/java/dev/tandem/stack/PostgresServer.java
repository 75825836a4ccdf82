package dev.tandem.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A Postgres server of its own, ready for logical decoding, with one superuser and one database.
///
/// The server is a process that outlives a killed JVM: a start on its directory stops what was left
/// there and goes on with the data. `close` stops it and keeps the data; so does the end of the
/// JVM. Thread-safe.
public final class PostgresServer implements AutoCloseable {
  /// The superuser that the server is made with.
  public static final String USER = "tandem";

  /// The password of [#USER]: no secret, since the server listens on 127.0.0.1 for development
  /// alone.
  public static final String PASSWORD = "tandem";

  /// How often a password is hashed, of 4,096 times else, on each side of each new connection: it
  /// would make one that everybody knows no safer.
  private static final int CHEAP = 16;

  private final PostgresSettings settings;
  private final int port;
  private final PostgresAccount account;
  private final Path home;
  private final Thread atExit = new Thread(this::stop, "stop-postgres");

  private PostgresServer(PostgresSettings settings, PostgresAccount account, Path home) {
    this.settings = settings;
    this.port = settings.port() == 0 ? FreePorts.one() : settings.port();
    this.account = account;
    this.home = home;
  }

  /// Starts the server, makes it first where the directory is empty, and returns when its database
  /// takes connections.
  public static PostgresServer start(PostgresSettings settings) {
    var account = PostgresAccount.ofThisProcess();
    var server = new PostgresServer(settings, account, PostgresBinaries.unpacked(account.cache()));
    server.initialize();
    server.stop();
    server.launch();
    Runtime.getRuntime().addShutdownHook(server.atExit);
    server.createDatabase();
    return server;
  }

  public int port() {
    return port;
  }

  /// The JDBC URL of the server's database.
  public String url() {
    return url(settings.database());
  }

  /// The JDBC URL of another database of this server.
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public StoreAddress address() {
    return new StoreAddress(url(), USER, PASSWORD);
  }

  /// A new connection of the superuser to the server's database.
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, and its hook stops what this call has stopped already.
      return;
    }
  }

  /// Stops whatever server runs on a directory, also one whose starter is gone. Nothing runs there
  /// afterwards.
  static void stopAt(Path directory) {
    if (Files.exists(directory.resolve("data/postmaster.pid"))) {
      var account = PostgresAccount.ofThisProcess();
      new PostgresServer(
              PostgresSettings.in(directory), account, PostgresBinaries.unpacked(account.cache()))
          .stop();
    }
  }

  private Path data() {
    return settings.directory().resolve("data");
  }

  private Path log() {
    return settings.directory().resolve("postgres.log");
  }

  private void initialize() {
    if (Files.exists(data().resolve("PG_VERSION"))) {
      return;
    }
    var directory = settings.directory();
    var secret = directory.resolve("password");
    try {
      Directories.delete(data());
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      Files.writeString(secret, PASSWORD);
      account.own(directory);
      run(
          "initdb",
          "-D",
          data().toString(),
          "-U",
          USER,
          "--auth=scram-sha-256",
          "--pwfile=" + secret,
          "--set=scram_iterations=" + CHEAP,
          "--encoding=UTF8",
          "--locale=C",
          "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8",
          "--no-sync");
      Files.delete(secret);
    } catch (IOException e) {
      throw new StackException("Postgres cannot write its directory " + directory, e);
    }
  }

  private void launch() {
    var options = new ArrayList<String>();
    options.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-k", "''"));
    serverSettings().forEach((name, value) -> options.addAll(List.of("-c", name + "=" + value)));
    var outcome =
        outcome(
            "pg_ctl",
            "start",
            "-w",
            "-t",
            "60",
            "-D",
            data().toString(),
            "-l",
            log().toString(),
            "-o",
            String.join(" ", options));
    if (outcome.status() != 0) {
      throw new StackException(
          "Postgres did not start in "
              + settings.directory()
              + " on 127.0.0.1:"
              + port
              + ". Is the port taken, or the directory another user's? It said:\n"
              + outcome.output().strip()
              + "\nand its log ends with:\n"
              + Logs.tail(log(), 8));
    }
  }

  private Map<String, String> serverSettings() {
    var all = new TreeMap<>(settings.parameters());
    all.putIfAbsent("wal_level", "logical");
    all.putIfAbsent("max_wal_senders", "20");
    all.putIfAbsent("max_replication_slots", "20");
    all.putIfAbsent(
        "fsync", settings.durability() == PostgresSettings.Durability.DISK ? "on" : "off");
    return all;
  }

  private void createDatabase() {
    try (var connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
        var find = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
        var create = connection.createStatement()) {
      find.setString(1, settings.database());
      try (var found = find.executeQuery()) {
        if (!found.next()) {
          create.execute("CREATE DATABASE \"" + settings.database() + "\"");
        }
      }
    } catch (SQLException e) {
      close();
      throw new StackException(
          "Postgres on 127.0.0.1:"
              + port
              + " has no database "
              + settings.database()
              + " and would not make it",
          e);
    }
  }

  /// Asks the server to end its sessions and stop, and ends it at once where that takes longer than
  /// half a minute. Others may be stopping it at the same time.
  private void stop() {
    for (var mode : List.of("fast", "immediate")) {
      if (!isRunning()) {
        return;
      }
      outcome("pg_ctl", "stop", "-w", "-t", "30", "-m", mode, "-D", data().toString());
    }
    if (isRunning()) {
      throw new StackException(
          "Postgres in "
              + settings.directory()
              + " does not stop. Its log ends with:\n"
              + Logs.tail(log(), 8));
    }
  }

  private boolean isRunning() {
    return outcome("pg_ctl", "status", "-D", data().toString()).status() == 0;
  }

  private void run(String program, String... arguments) {
    Programs.run(settings.directory(), command(program, arguments));
  }

  private Programs.Outcome outcome(String program, String... arguments) {
    return Programs.outcome(settings.directory(), command(program, arguments));
  }

  private List<String> command(String program, String... arguments) {
    var command = new ArrayList<String>();
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    return account.command(command);
  }
}
