package dev.tandem.plan;

/// A row that the mapping cannot translate: an error of kind DATA, which parks the record and lets
/// the rest go on.
///
/// The message holds no value of a row.
public final class MappingException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String field;
  private final String reason;

  /// @param field path of the contract field: `addresses.street`
  /// @param reason what was expected and what was found, without the value
  public MappingException(String field, String reason) {
    super(field + ": " + reason, null, false, false);
    this.field = field;
    this.reason = reason;
  }

  public String field() {
    return field;
  }

  public String reason() {
    return reason;
  }
}
