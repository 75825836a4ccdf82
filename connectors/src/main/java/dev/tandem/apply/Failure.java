package dev.tandem.apply;

import java.sql.SQLException;

/// What an error of the target means for the work at hand, by SQLSTATE.
///
/// Source of the codes: PostgreSQL, Appendix A.
enum Failure {
  /// The server, the network or a neighbour was in the way: the same statement may succeed later.
  RETRY,
  /// The target refuses the content: retrying does not help, the record has to be found.
  DATA,
  /// The target is not as the plan expects (missing table or column, missing privilege, wrong
  /// password): waits, and says so, until somebody mends it.
  CONFIG;

  static Failure of(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.length() != 5) {
      return RETRY;
    }
    return switch (state) {
      case "21000", "44000", "P0001" -> DATA;
      case "40001", "40P01", "55P03", "57014", "25006", "25P03" -> RETRY;
      default -> ofClass(state.substring(0, 2));
    };
  }

  private static Failure ofClass(String type) {
    return switch (type) {
      case "08", "40", "53", "55", "57", "58", "XX" -> RETRY;
      case "25", "26", "28", "3D", "3F", "42", "F0" -> CONFIG;
      // Among them limits of the server (54) and whatever a trigger raises: another row may do.
      default -> DATA;
    };
  }
}
