package dev.tandem.table;

import dev.tandem.table.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;

/// Reads the tokens of one statement, or of a part of one, from the first to the last. Not
/// thread-safe.
final class SqlCursor {
  private final String file;
  private final List<Token> tokens;
  private int at;

  /// @param file for messages
  SqlCursor(String file, List<Token> tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  boolean isDone() {
    return at >= tokens.size();
  }

  /// Whether these words or symbols come next.
  boolean isAt(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).is(words[i])) {
        return false;
      }
    }
    return true;
  }

  /// Passes these words or symbols if they come next.
  boolean accept(String... words) {
    boolean found = isAt(words);
    at += found ? words.length : 0;
    return found;
  }

  void expect(String word) {
    if (!accept(word)) {
      throw unread("'" + word + "'");
    }
  }

  Token next() {
    if (isDone()) {
      throw unread("more");
    }
    return tokens.get(at++);
  }

  /// The next token, which stays.
  Token peek() {
    if (isDone()) {
      throw unread("more");
    }
    return tokens.get(at);
  }

  String name() {
    if (isDone() || !tokens.get(at).isName()) {
      throw unread("a name");
    }
    return next().text();
  }

  /// `name` or `schema.name`.
  TableId table() {
    String first = name();
    return accept(".") ? new TableId(first, name()) : new TableId("public", first);
  }

  /// `(a, b)`.
  List<String> names() {
    return parts().stream().map(SqlCursor::name).toList();
  }

  /// What stands in the parentheses that come next, cut at its commas.
  List<SqlCursor> parts() {
    expect("(");
    int from = at;
    for (int depth = 1; depth > 0; ) {
      Token token = next();
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
    }
    return new SqlCursor(file, tokens.subList(from, at - 1)).clauses();
  }

  /// Passes the parentheses that come next with all that stands in them, if any do.
  void skipParentheses() {
    if (isAt("(")) {
      parts();
    }
  }

  void skipAll() {
    at = tokens.size();
  }

  /// What is left.
  List<Token> rest() {
    return tokens.subList(at, tokens.size());
  }

  /// The rest cut at the commas outside of parentheses.
  List<SqlCursor> clauses() {
    var clauses = new ArrayList<SqlCursor>();
    var clause = new ArrayList<Token>();
    int depth = 0;
    for (Token token : rest()) {
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth == 0 && token.is(",")) {
        clauses.add(new SqlCursor(file, List.copyOf(clause)));
        clause.clear();
      } else {
        clause.add(token);
      }
    }
    clauses.add(new SqlCursor(file, List.copyOf(clause)));
    skipAll();
    return clauses;
  }

  /// What cannot be read here.
  IllegalArgumentException unread(String expected) {
    Token found = tokens.isEmpty() ? null : tokens.get(Math.min(at, tokens.size() - 1));
    String what = isDone() || found == null ? "the end" : "'" + found.text() + "'";
    return new IllegalArgumentException(
        file
            + ":"
            + (found == null ? 1 : found.line())
            + ": expected "
            + expected
            + ", found "
            + what
            + "; fix: write the tables as pg_dump --schema-only prints them");
  }
}
