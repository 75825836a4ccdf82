package dev.tandem.apply;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// What may be said of an error of the target without saying what is in a row.
///
/// What the driver says itself speaks of the connection. What the server says may be the text of a
/// trigger or a function, under any code that its author chose, and so may hold values: it is
/// repeated only where it was not raised inside a function (it then has no context) and not by one
/// (`RAISE`), and never with its detail. Of a refusal of content nothing is repeated.
final class FailureText {
  private static final String RAISE = "exec_stmt_raise";

  private FailureText() {}

  static String of(SQLException e) {
    return switch (Failure.of(e)) {
      case RETRY -> "the target answers with SQLSTATE " + e.getSQLState() + said(e);
      case CONFIG ->
          "the target is not as expected (SQLSTATE "
              + e.getSQLState()
              + ")"
              + said(e)
              + "; doctor names the fix";
      case DATA -> "the target refuses content with SQLSTATE " + e.getSQLState();
    };
  }

  private static String said(SQLException e) {
    ServerErrorMessage server =
        e instanceof PSQLException thrown ? thrown.getServerErrorMessage() : null;
    if (server == null) {
      return e instanceof PSQLException ? ": " + e.getMessage() : "";
    }
    boolean plain = server.getWhere() == null && !RAISE.equals(server.getRoutine());
    return plain ? ": " + server.getMessage() : " inside a function or trigger of its own";
  }
}
