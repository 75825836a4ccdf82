package dev.tandem.stack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// How a store of the stack is reached. The password is that of a development server and no secret.
public record StoreAddress(String url, String user, String password) {
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }
}
