package dev.tandem.setup;

import java.sql.Connection;
import java.sql.SQLException;

/// One of the two databases.
public interface Store {
  /// A new connection of its own, in auto-commit.
  Connection connect() throws SQLException;
}
