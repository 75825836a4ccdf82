package dev.tandem.chaos;

import dev.tandem.demo.ShopData;
import java.sql.Connection;
import java.sql.SQLException;

/// A word that is found nowhere else in the world: wherever it stands, what it was put into was
/// told there. Where it may stand:
///
/// ```
///              records   other topics   answers   logs
///   PASSWORD      -           -            -        -
///   TOKEN         -           -            -        -
///   SENSITIVE    yes          -            -        -
///   PLAIN        yes         yes          yes       -
/// ```
@SuppressWarnings("ImmutableEnumChecker") // the places of a mark never change
enum Mark {
  /// The password with which members come into both stores.
  PASSWORD("Kwirzophulm"),

  /// What an operator is known by at each member that serves.
  TOKEN("Vexquizomblathurnykipsowde"),

  /// In what the spec calls sensitive: customers' names and streets, notes of orders.
  SENSITIVE("Quvzyxen"),

  /// In what it does not: telephone numbers, short enough to be told as they are.
  PLAIN("Wyqzorub");

  private final String word;

  /// Where something is said.
  enum Place {
    /// What a process writes down about its work.
    LOG,
    /// A topic that is there for rows: outbox, contract, observed, and the state of the streams.
    RECORDS,
    /// Any other topic.
    TOPIC,
    /// What an operator is told.
    ANSWER
  }

  Mark(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  boolean mayStandIn(Place place) {
    return switch (this) {
      case PASSWORD, TOKEN -> false;
      case SENSITIVE -> place == Place.RECORDS;
      case PLAIN -> place != Place.LOG;
    };
  }

  boolean isIn(String text) {
    return text.contains(word);
  }

  /// Puts them into the rows of the legacy shop, those that are the saboteur's too.
  static void install(Connection legacy) throws SQLException {
    run(legacy, "UPDATE cust_mst SET fname = ? || fname, lname = ? || lname", SENSITIVE, SENSITIVE);
    run(legacy, "UPDATE cust_mst SET phone = ? || cust_no WHERE btrim(phone) <> ''", PLAIN);
    run(legacy, "UPDATE cust_addr SET str1 = ? || str1", SENSITIVE);
    run(
        legacy,
        "UPDATE ord_hdr SET note = ? || coalesce(note, '') WHERE note IS NOT NULL OR ord_no > "
            + ShopData.USED_ORDERS,
        SENSITIVE);
  }

  private static void run(Connection legacy, String sql, Mark... marks) throws SQLException {
    try (var statement = legacy.prepareStatement(sql)) {
      for (int i = 0; i < marks.length; i++) {
        statement.setString(i + 1, marks[i].word);
      }
      statement.executeUpdate();
    }
  }
}
