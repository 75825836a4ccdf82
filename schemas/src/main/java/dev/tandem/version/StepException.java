package dev.tandem.version;

/// A record that cannot be read as another version: an error of kind DATA. The message holds no
/// value of the record.
public final class StepException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int version;
  private final String field;

  /// @param version the one that could not be made
  /// @param field its path there
  /// @param reason what was expected and what was found, without the value
  StepException(int version, String field, String reason) {
    super("version " + version + ": " + field + ": " + reason, null, false, false);
    this.version = version;
    this.field = field;
  }

  public int version() {
    return version;
  }

  public String field() {
    return field;
  }
}
