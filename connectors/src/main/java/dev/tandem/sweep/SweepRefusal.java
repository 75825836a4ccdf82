package dev.tandem.sweep;

import dev.tandem.wire.RegistryException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// What an error of the store that is read means for a sweep.
///
/// Source of the codes: PostgreSQL, Appendix A.
public final class SweepRefusal {
  /// Connections, resources, objects in use, transactions that met others.
  private static final Set<String> PASSING = Set.of("08", "53", "55", "40");

  /// The server is going down or coming up; a query that somebody cancelled is of the same class.
  private static final String AWAY = "57P";

  /// From the first quote to the last: a value may hold quotes of its own.
  private static final Pattern QUOTED = Pattern.compile("\".*\"", Pattern.DOTALL);

  private static final String RAISE = "exec_stmt_raise";

  private SweepRefusal() {}

  /// Whether the same query may succeed later. Anything else is for a person to mend.
  public static boolean passes(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && state.length() == 5
        && (PASSING.contains(state.substring(0, 2)) || state.startsWith(AWAY));
  }

  /// The same of whatever ended a sweep: a registry that is away comes back, one that refuses a
  /// schema does so again.
  public static boolean isPassing(Exception e) {
    return e instanceof RegistryException registry
        ? registry.kind() == RegistryException.Kind.UNAVAILABLE
        : e instanceof SQLException failure && passes(failure);
  }

  /// What may be noted and logged of whatever ended a sweep.
  public static String words(Exception e) {
    return e instanceof SQLException failure ? text(failure) : String.valueOf(e.getMessage());
  }

  /// What may be noted and logged of it without saying what is in a row. The server's words are
  /// repeated without its detail, and not at all where a function said them. Of a quarrel with a
  /// value only the template is: what stands in quotes is left out.
  public static String text(SQLException e) {
    ServerErrorMessage server =
        e instanceof PSQLException thrown ? thrown.getServerErrorMessage() : null;
    String state = "SQLSTATE " + e.getSQLState() + ": ";
    if (server == null) {
      return state + e.getMessage();
    }
    if (server.getWhere() != null || RAISE.equals(server.getRoutine())) {
      return state + "raised inside a function of the store";
    }
    String words = String.valueOf(server.getMessage());
    return state + (isAboutNames(e) || passes(e) ? words : QUOTED.matcher(words).replaceAll("…"));
  }

  /// Of tables, columns and rules of syntax.
  private static boolean isAboutNames(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().startsWith("42");
  }
}
