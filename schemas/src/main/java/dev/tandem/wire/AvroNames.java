package dev.tandem.wire;

/// Makes names of tables and columns into names of Avro: letters, digits and underscores, no digit
/// first.
public final class AvroNames {
  private AvroNames() {}

  /// The same for names that differ only in what Avro does not allow; a spec with two such names is
  /// refused.
  public static String clean(String name) {
    var clean = new StringBuilder(name.length() + 1);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (i == 0 && digit) {
        clean.append('_');
      }
      clean.append(digit || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' ? c : '_');
    }
    return clean.toString();
  }
}
