package dev.tandem.bench;

import dev.tandem.stack.StoreAddress;
import java.sql.SQLException;
import java.util.Locale;

/// Updates of the legacy table that wait in its server's log, for whoever drains them next.
///
/// @param updates in all
/// @param perTransaction changes of each transaction
record Backlog(int updates, int perTransaction) {
  /// Rows of the table.
  static final int ROWS = 300_000;

  Backlog {
    if (updates % perTransaction != 0 || ROWS % perTransaction != 0) {
      throw new IllegalArgumentException(
          "expected whole transactions, found " + updates + " updates by " + perTransaction);
    }
  }

  /// How results call it.
  String load() {
    return "%s, %,d per transaction".formatted(updates(updates), perTransaction);
  }

  static String updates(int updates) {
    return String.format(Locale.ROOT, "%,d updates", updates);
  }

  /// The greatest key of the transaction that comes last.
  int lastKey() {
    return (updates - perTransaction) % ROWS + perTransaction;
  }

  /// Updates every row once or more, spread over the key range, in the server.
  ///
  /// @return the end of the log
  String make(StoreAddress legacy) throws SQLException {
    try (var connection = legacy.connect();
        var statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off");
      statement.execute(
          """
          DO $$ BEGIN
            FOR batch IN 0 .. %d LOOP
              UPDATE item SET amt_cents = amt_cents + 1, changed = changed + interval '1 second'
              WHERE id BETWEEN 1 + (batch * %d) %% %d AND (batch * %d) %% %d + %d;
              COMMIT;
            END LOOP;
          END $$"""
              .formatted(
                  updates / perTransaction - 1,
                  perTransaction,
                  ROWS,
                  perTransaction,
                  ROWS,
                  perTransaction));
    }
    return end(legacy);
  }

  /// The end of the log.
  static String end(StoreAddress legacy) throws SQLException {
    try (var connection = legacy.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      return result.getString(1);
    }
  }
}
