package dev.tandem.table;

/// Quoting of names and literals for SQL, so that no name of a spec or a catalog can become a
/// statement.
public final class Sql {
  private Sql() {}

  public static String quote(String identifier) {
    if (identifier.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier cannot hold a NUL character");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /// A string literal, safe whatever `standard_conforming_strings` says.
  public static String literal(String text) {
    String doubled = text.replace("'", "''");
    return text.indexOf('\\') >= 0
        ? " E'" + doubled.replace("\\", "\\\\") + "'"
        : "'" + doubled + "'";
  }
}
