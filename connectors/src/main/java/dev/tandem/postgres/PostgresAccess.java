package dev.tandem.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/// How to reach one PostgreSQL database.
///
/// @param url `jdbc:postgresql://host:port/database?…`
public record PostgresAccess(String url, String user, String password) {
  private static final int CONNECT_SECONDS = 10;

  public PostgresAccess {
    if (Driver.parseURL(url, new Properties()) == null) {
      throw new IllegalArgumentException(
          "expected a URL of the form jdbc:postgresql://host:port/database, found '" + url + "'");
    }
  }

  /// A new connection of its own, in auto-commit, with ISO dates. A server that has gone away
  /// without a word is noticed by TCP keep-alive.
  public Connection connect() throws SQLException {
    var properties = new Properties();
    PGProperty.USER.set(properties, user);
    PGProperty.PASSWORD.set(properties, password);
    PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.APPLICATION_NAME.set(properties, "tandem");
    return DriverManager.getConnection(url, properties);
  }

  public String host() {
    return part(PGProperty.PG_HOST).split(",")[0];
  }

  public int port() {
    return Integer.parseInt(part(PGProperty.PG_PORT).split(",")[0]);
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
