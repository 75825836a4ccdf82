package dev.tandem.lens;

import dev.tandem.plan.MappingException;

/// A lens cannot translate this row. Carries the path of the field as it passes the records that
/// the lens stands in, and never a value.
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String field;
  private final String reason;

  Refused(String reason) {
    this("", reason);
  }

  private Refused(String field, String reason) {
    super(reason, null, false, false);
    this.field = field;
    this.reason = reason;
  }

  /// The same refusal, as seen from the record that holds the field.
  Refused in(String name) {
    return new Refused(field.isEmpty() ? name : name + "." + field, reason);
  }

  MappingException asMappingException() {
    return new MappingException(field, reason);
  }
}
