package dev.tandem.position;

/// A position in the write-ahead log of a PostgreSQL server, in bytes; compared as an unsigned
/// number.
///
/// Source of the text form: PostgreSQL, type `pg_lsn` (two hexadecimal halves, `16/B374D848`).
public record Lsn(long value) implements Comparable<Lsn> {
  /// Before every position.
  public static final Lsn ZERO = new Lsn(0);

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if the text is not two hexadecimal numbers with a slash
  ///     between
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      throw new IllegalArgumentException(
          "not a log position: '" + text + "' (expected the form 16/B374D848)");
    }
    long high = Long.parseLong(text, 0, slash, 16);
    long low = Long.parseLong(text, slash + 1, text.length(), 16);
    return new Lsn(high << 32 | low);
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return Long.toHexString(value >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(value & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
  }
}
