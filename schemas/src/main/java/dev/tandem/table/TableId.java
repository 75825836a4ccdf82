package dev.tandem.table;

/// Names one table: schema and name exactly as the catalog has them, unquoted.
public record TableId(String schema, String name) implements Comparable<TableId> {
  public TableId {
    if (schema.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException(
          "a table needs a schema and a name, found '" + schema + "'.'" + name + "'");
    }
  }

  /// Reads `schema.name`, where each part may stand in double quotes; without a schema it is
  /// `public`.
  public static TableId parse(String text) {
    String first = part(text, 0);
    int end = width(text, 0, first);
    if (end == text.length()) {
      return new TableId("public", first);
    }
    if (text.charAt(end) != '.') {
      throw new IllegalArgumentException("not a table name: '" + text + "' (expected schema.name)");
    }
    String second = part(text, end + 1);
    if (end + 1 + width(text, end + 1, second) != text.length()) {
      throw new IllegalArgumentException("not a table name: '" + text + "' (expected schema.name)");
    }
    return new TableId(first, second);
  }

  private static String part(String text, int from) {
    if (from < text.length() && text.charAt(from) == '"') {
      var part = new StringBuilder();
      for (int i = from + 1; i < text.length(); i++) {
        if (text.charAt(i) != '"') {
          part.append(text.charAt(i));
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          part.append(text.charAt(i++));
        } else {
          return part.toString();
        }
      }
      throw new IllegalArgumentException("unfinished quote in table name: '" + text + "'");
    }
    int dot = text.indexOf('.', from);
    return text.substring(from, dot < 0 ? text.length() : dot);
  }

  private static int width(String text, int from, String part) {
    boolean quoted = from < text.length() && text.charAt(from) == '"';
    return (quoted ? Sql.quote(part).length() : part.length());
  }

  /// Quoted for SQL.
  public String sql() {
    return Sql.quote(schema) + "." + Sql.quote(name);
  }

  @Override
  public int compareTo(TableId other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
