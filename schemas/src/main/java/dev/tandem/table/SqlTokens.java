package dev.tandem.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts an SQL script into statements and these into tokens, as PostgreSQL does: comments, quoted
/// names, strings in all their forms. Lines that begin with a backslash are psql's, and left out.
final class SqlTokens {
  /// What a token is.
  enum Kind {
    /// A name or keyword without quotes, in lower case.
    WORD,
    /// A name in double quotes, as it is.
    QUOTED,
    STRING,
    NUMBER,
    SYMBOL
  }

  /// @param line from 1
  record Token(Kind kind, String text, int line) {
    boolean is(String symbolOrWord) {
      return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(symbolOrWord);
    }

    boolean isName() {
      return kind == Kind.WORD || kind == Kind.QUOTED;
    }
  }

  private final String text;
  private final List<List<Token>> statements = new ArrayList<>();
  private List<Token> statement = new ArrayList<>();
  private int at;
  private int line = 1;

  private SqlTokens(String text) {
    this.text = text;
  }

  /// The statements that are not empty.
  static List<List<Token>> statements(String script) {
    var tokens = new SqlTokens(script);
    while (tokens.at < script.length()) {
      tokens.next();
    }
    tokens.end();
    return tokens.statements;
  }

  private void end() {
    if (!statement.isEmpty()) {
      statements.add(statement);
      statement = new ArrayList<>();
    }
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      skip(at + 1);
    } else if (text.startsWith("--", at) || c == '\\' && startsLine()) {
      int end = text.indexOf('\n', at);
      skip(end < 0 ? text.length() : end);
    } else if (text.startsWith("/*", at)) {
      skip(endOfComment());
    } else if (c == ';') {
      skip(at + 1);
      end();
    } else if (c == '\'') {
      take(Kind.STRING, endOfString(at + 1, false));
    } else if ((c == 'e' || c == 'E') && text.startsWith("'", at + 1)) {
      take(Kind.STRING, endOfString(at + 2, true));
    } else if (c == '"') {
      quoted();
    } else if (c == '$' && !tag().isEmpty()) {
      String tag = tag();
      int end = text.indexOf(tag, at + tag.length());
      take(Kind.STRING, end < 0 ? text.length() : end + tag.length());
    } else if (Character.isLetter(c) || c == '_') {
      word();
    } else if (Character.isDigit(c)) {
      take(Kind.NUMBER, endOfNumber());
    } else {
      take(Kind.SYMBOL, at + 1);
    }
  }

  private boolean startsLine() {
    return at == 0 || text.charAt(at - 1) == '\n';
  }

  private void skip(int to) {
    for (int i = at; i < to && i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    at = to;
  }

  private void take(Kind kind, int to) {
    int end = Math.min(to, text.length());
    statement.add(new Token(kind, text.substring(at, end), line));
    skip(end);
  }

  /// Comments of this kind may stand in one another.
  private int endOfComment() {
    int depth = 0;
    for (int i = at; i < text.length() - 1; i++) {
      if (text.startsWith("/*", i)) {
        depth++;
        i++;
      } else if (text.startsWith("*/", i)) {
        i++;
        if (--depth == 0) {
          return i + 1;
        }
      }
    }
    return text.length();
  }

  private int endOfString(int from, boolean escapes) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (escapes && c == '\\') {
        i++;
      } else if (c == '\'') {
        if (text.startsWith("'", i + 1)) {
          i++;
        } else {
          return i + 1;
        }
      }
    }
    return text.length();
  }

  private void quoted() {
    var name = new StringBuilder();
    int i = at + 1;
    for (; i < text.length(); i++) {
      if (text.charAt(i) != '"') {
        name.append(text.charAt(i));
      } else if (text.startsWith("\"", i + 1)) {
        name.append(text.charAt(i++));
      } else {
        break;
      }
    }
    statement.add(new Token(Kind.QUOTED, name.toString(), line));
    skip(Math.min(i + 1, text.length()));
  }

  /// The tag of a dollar-quoted string that begins here; empty where none does.
  private String tag() {
    int end = at + 1;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    return text.startsWith("$", end) ? text.substring(at, end + 1) : "";
  }

  private void word() {
    int end = at;
    while (end < text.length() && isPartOfWord(text.charAt(end))) {
      end++;
    }
    statement.add(new Token(Kind.WORD, text.substring(at, end).toLowerCase(Locale.ROOT), line));
    at = end;
  }

  private static boolean isPartOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  private int endOfNumber() {
    int end = at;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    return end;
  }
}
