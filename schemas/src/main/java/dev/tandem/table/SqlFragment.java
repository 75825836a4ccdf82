package dev.tandem.table;

import java.util.Optional;

/// The rule by which a person's text may stand inside a query of ours: it closes what it opens, and
/// nothing of it ends the query or hides the rest of it. What it means the database says.
public final class SqlFragment {
  private SqlFragment() {}

  /// Why a text may not stand.
  public record Flaw(String expected, String found) {
    @Override
    public String toString() {
      return "expected " + expected + ", found " + found;
    }
  }

  /// What is wrong with a text; nothing if it is empty or may stand.
  public static Optional<Flaw> flaw(String sql) {
    int depth = 0;
    for (int i = 0; i < sql.length(); i++) {
      char at = sql.charAt(i);
      switch (at) {
        case '\'', '"' -> {
          int end = sql.indexOf(at, i + 1);
          if (end < 0) {
            return flaw("a closing " + at, "none");
          }
          i = end;
        }
        case '(' -> depth++;
        case ')' -> depth--;
        case ';', '$', '\0' -> {
          return flaw("plain SQL without an end", "'" + at + "' outside of a text");
        }
        case '-', '/' -> {
          if (sql.startsWith("--", i) || sql.startsWith("/*", i)) {
            return flaw("no comments", "'" + sql.substring(i, i + 2) + "'");
          }
        }
        default -> {}
      }
      if (depth < 0) {
        return flaw("balanced parentheses", "a ')' too many");
      }
    }
    if (sql.indexOf('\\') >= 0) {
      return flaw("texts without escapes", "a backslash");
    }
    return depth == 0 ? Optional.empty() : flaw("balanced parentheses", "a '(' too many");
  }

  private static Optional<Flaw> flaw(String expected, String found) {
    return Optional.of(new Flaw(expected, found));
  }
}
