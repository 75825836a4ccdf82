package dev.tandem.version;

/// A value that a lens cannot take. Carries the path of the field as it passes the records that the
/// lens stands in, and never a value.
final class Unfit extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String field;
  private final String reason;

  Unfit(String reason) {
    this("", reason);
  }

  private Unfit(String field, String reason) {
    super(reason, null, false, false);
    this.field = field;
    this.reason = reason;
  }

  /// The same, as seen from the record that holds the field.
  Unfit in(String name) {
    return new Unfit(field.isEmpty() ? name : name + "." + field, reason);
  }

  String field() {
    return field;
  }

  String reason() {
    return reason;
  }
}
