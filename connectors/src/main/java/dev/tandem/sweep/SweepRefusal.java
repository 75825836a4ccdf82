package dev.tandem.sweep;

import java.sql.SQLException;
import java.util.Set;

/// What an error of the store that is read means for a sweep.
///
/// Source of the codes: PostgreSQL, Appendix A.
public final class SweepRefusal {
  /// Connections, resources, objects in use, transactions that met others.
  private static final Set<String> PASSING = Set.of("08", "53", "55", "40");

  /// The server is going down or coming up; a query that somebody cancelled is of the same class.
  private static final String AWAY = "57P";

  private SweepRefusal() {}

  /// Whether the same query may succeed later. Anything else is for a person to mend.
  public static boolean passes(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && state.length() == 5
        && (PASSING.contains(state.substring(0, 2)) || state.startsWith(AWAY));
  }
}
