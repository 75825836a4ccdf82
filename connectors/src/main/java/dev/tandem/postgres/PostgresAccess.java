package dev.tandem.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;

/// How to reach one PostgreSQL database.
///
/// @param url `jdbc:postgresql://host:port/database?…`
public record PostgresAccess(String url, String user, String password) {
  private static final int CONNECT_SECONDS = 10;

  /// Whoever cancels a statement waits no longer for a server that does not answer.
  private static final int CANCEL_SECONDS = 2;

  private static final Pattern SERVERS = Pattern.compile("//[^/]*/");

  private static final Set<String> OWN =
      Set.of(
          PGProperty.PG_HOST.getName(),
          PGProperty.PG_PORT.getName(),
          PGProperty.PG_DBNAME.getName(),
          PGProperty.USER.getName(),
          PGProperty.PASSWORD.getName(),
          PGProperty.SOCKET_TIMEOUT.getName());

  /// Longer than any statement may take that a session of ours is allowed (two minutes, and what a
  /// lock may take before): whoever answers later answers nobody.
  private static final int SOCKET_SECONDS = 180;

  private static final int BRIEF_SECONDS = 10;

  public PostgresAccess {
    if (Driver.parseURL(url, new Properties()) == null) {
      throw new IllegalArgumentException(
          "expected a URL of the form jdbc:postgresql://host:port/database, found '" + url + "'");
    }
  }

  /// A new connection of its own, in auto-commit, with ISO dates, for statements that are short: a
  /// server that accepted one and does not answer, or is no longer there, is noticed after three
  /// minutes (`socketTimeout` in the URL: other seconds), and the statement fails with SQLSTATE
  /// 08006.
  public Connection connect() throws SQLException {
    Properties properties = properties();
    PGProperty.SOCKET_TIMEOUT.set(properties, SOCKET_SECONDS);
    return DriverManager.getConnection(url, properties);
  }

  /// The same for whoever wants to know whether the server answers: ten seconds.
  public Connection connectBriefly() throws SQLException {
    Properties properties = properties();
    PGProperty.SOCKET_TIMEOUT.set(properties, BRIEF_SECONDS);
    return DriverManager.getConnection(url, properties);
  }

  /// The same for statements that may be silent for long: a copy of many rows, or a slot that waits
  /// for running transactions. A server that has gone away without a word is noticed by TCP
  /// keep-alive alone.
  public Connection connectForLong() throws SQLException {
    return DriverManager.getConnection(url, properties());
  }

  /// A connection that speaks the replication protocol: it takes its commands, and simple queries.
  Connection connectToReplicate() throws SQLException {
    Properties properties = properties();
    PGProperty.SOCKET_TIMEOUT.set(properties, SOCKET_SECONDS);
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    return DriverManager.getConnection(url, properties);
  }

  /// The same database on the one server of those in the URL that answers now as the URL demands
  /// (`targetServerType`), for a reader that takes no list. Where the URL names one, this itself.
  public PostgresAccess atOneServer() throws SQLException {
    if (!part(PGProperty.PG_HOST).contains(",")) {
      return this;
    }
    try (Connection connection = connect()) {
      HostSpec found = connection.unwrap(PgConnection.class).getQueryExecutor().getHostSpec();
      String host = found.getHost().contains(":") ? "[" + found.getHost() + "]" : found.getHost();
      String server = "//" + host + ":" + found.getPort() + "/";
      return new PostgresAccess(
          SERVERS.matcher(url).replaceFirst(Matcher.quoteReplacement(server)), user, password);
    }
  }

  private Properties properties() {
    var properties = new Properties();
    PGProperty.USER.set(properties, user);
    PGProperty.PASSWORD.set(properties, password);
    PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
    PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, CANCEL_SECONDS);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.APPLICATION_NAME.set(properties, "tandem");
    return properties;
  }

  /// The server's name or address; of several the first.
  public String host() {
    return part(PGProperty.PG_HOST).split(",")[0];
  }

  public int port() {
    return Integer.parseInt(part(PGProperty.PG_PORT).split(",")[0]);
  }

  /// What the URL says of how to connect (`sslrootcert`, …), by the driver's names: all but where,
  /// as whom, and how long an answer may take.
  public Map<String, String> options() {
    var options = new TreeMap<String, String>();
    Properties parsed = parsed();
    for (String name : parsed.stringPropertyNames()) {
      if (!OWN.contains(name)) {
        options.put(name, parsed.getProperty(name));
      }
    }
    return options;
  }

  public String database() {
    return part(PGProperty.PG_DBNAME);
  }

  /// `disable`, `require`, …; `prefer` where the URL says nothing.
  public String sslMode() {
    String mode = PGProperty.SSL_MODE.getOrDefault(parsed());
    return mode == null ? "prefer" : mode;
  }

  private String part(PGProperty property) {
    String value = property.getOrDefault(parsed());
    if (value == null) {
      throw new IllegalStateException("no " + property.getName() + " in " + url);
    }
    return value;
  }

  private Properties parsed() {
    Properties parsed = Driver.parseURL(url, new Properties());
    return parsed == null ? new Properties() : parsed;
  }

  /// Without the password.
  @Override
  public String toString() {
    return url + " as " + user;
  }
}
