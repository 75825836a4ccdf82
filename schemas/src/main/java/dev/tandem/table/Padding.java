package dev.tandem.table;

/// The blanks that fill a value of `character(n)` up to n mean nothing in SQL, so they end where a
/// row is read: nothing behind that sees them, and a column that gets another length, or becomes
/// `varchar`, goes on naming the rows that it has named.
///
/// Other white space is part of the value.
public final class Padding {
  private Padding() {}

  /// @param postgres a type, or of an array that of its elements, as `format_type` prints it
  public static boolean isOf(String postgres) {
    return postgres.startsWith("character(")
        || postgres.equals("bpchar")
        || postgres.equals("bpchar[]")
        || postgres.equals("character")
        || postgres.equals("character[]");
  }

  /// The text without blanks at its end.
  public static String cut(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }
}
