package dev.tandem.bench;

import dev.tandem.stack.StoreAddress;
import java.sql.SQLException;
import java.util.Locale;

/// Changes of a legacy table, and of its children, that wait in its server's log for whoever drains
/// them next.
///
/// @param entities of the table, numbered from 1 on
/// @param changes in all
/// @param perTransaction changes of each transaction
record Backlog(Sample sample, Kind kind, int entities, int changes, int perTransaction) {
  /// What is done to the rows.
  enum Kind {
    UPDATES("updates"),
    DELETES("deletes"),
    /// Of what was deleted.
    INSERTS("inserts");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  Backlog {
    int each = sample.rowsEach();
    if (perTransaction % each != 0
        || changes % perTransaction != 0
        || entities * each % perTransaction != 0) {
      throw new IllegalArgumentException(
          "expected whole transactions, found " + changes + " changes by " + perTransaction);
    }
    if (kind != Kind.UPDATES && (sample != Sample.ITEM || changes > entities)) {
      throw new IllegalArgumentException(
          "expected " + kind + " of items, each once, found " + changes + " of " + sample);
    }
  }

  /// Updates of the first table.
  static Backlog updates(Bench.Size size, int perTransaction) {
    return new Backlog(Sample.ITEM, Kind.UPDATES, size.items(), size.updates(), perTransaction);
  }

  /// How results call it.
  String load() {
    return String.format(
        Locale.ROOT, "%s, %,d per transaction", sample.load(changes, kind.word), perTransaction);
  }

  /// The greatest key of the transaction that comes last.
  int lastKey() {
    return (changes - perTransaction) % entities + perTransaction;
  }

  /// Changes every row once or more, spread over the key range, in the server.
  ///
  /// @return the end of the log
  String make(StoreAddress legacy) throws SQLException {
    int each = perTransaction / sample.rowsEach();
    try (var connection = legacy.connect();
        var statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off");
      statement.execute(
          """
          DO $$ DECLARE lo integer; hi integer; BEGIN
            FOR batch IN 0 .. %d LOOP
              lo := 1 + (batch * %d) %% %d;
              hi := lo + %d;
              %s
              COMMIT;
            END LOOP;
          END $$\
          """
              .formatted(changes / perTransaction - 1, each, entities, each - 1, statements()));
    }
    return end(legacy);
  }

  private String statements() {
    return switch (kind) {
      case UPDATES -> sample.update();
      case DELETES -> "DELETE FROM item WHERE id BETWEEN lo AND hi;";
      case INSERTS -> "INSERT INTO item SELECT * FROM item_rows(lo, hi);";
    };
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
