package dev.tandem.invariant;

import dev.tandem.table.SqlFragment;
import java.util.Locale;
import java.util.Optional;

/// What may stand as a query of an invariant: one SELECT, which is read as a table of another
/// query, so that it can only read. Its types the database says.
public final class SelectRule {
  private SelectRule() {}

  /// What is wrong with a text; nothing if it may stand.
  public static Optional<String> problem(String sql) {
    String start = sql.strip().toLowerCase(Locale.ROOT);
    if (!start.matches("(?s)(select|with)\\b.*")) {
      return Optional.of("expected a query that begins with SELECT or WITH");
    }
    return SqlFragment.flaw(sql).map(SqlFragment.Flaw::toString);
  }

  /// The query as it is asked, with no more rows than that.
  public static String limited(String sql, int rows) {
    return "SELECT * FROM (\n" + sql.strip() + "\n) AS invariant LIMIT " + rows;
  }
}
