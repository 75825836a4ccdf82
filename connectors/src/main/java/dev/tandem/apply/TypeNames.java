package dev.tandem.apply;

/// Names of PostgreSQL types as `format_type` prints them.
final class TypeNames {
  private TypeNames() {}

  /// The type without length, precision and scale: a cast to it cuts and rounds nothing.
  /// `character` and `bit` alone would mean a length of 1, also of the elements of an array, so
  /// they become their unlimited kin.
  static String base(String type) {
    var base = new StringBuilder();
    boolean quoted = false;
    boolean inside = false;
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      quoted ^= c == '"';
      inside |= c == '(' && !quoted;
      if (!inside) {
        base.append(c);
      }
      inside &= c != ')' || quoted;
    }
    String name = base.toString();
    return switch (name) {
      case "character" -> "bpchar";
      case "character[]" -> "bpchar[]";
      case "bit" -> "varbit";
      case "bit[]" -> "varbit[]";
      default -> name;
    };
  }
}
