package dev.tandem.wire;

/// The registry could not be reached, refused a schema, or does not know an id.
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What to do about it.
  public enum Kind {
    /// Away, overloaded or answering with a server error: try again.
    UNAVAILABLE,
    /// The schema is invalid, or whoever asks may not register it.
    REFUSED,
    /// The schema is incompatible with the subject's earlier versions.
    INCOMPATIBLE,
    /// No such schema id.
    UNKNOWN_ID
  }

  private final Kind kind;

  public RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
