package dev.tandem.wire;

/// Bytes that are not what their topic should hold: an error of kind DATA.
public final class UndecodableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UndecodableException(String message) {
    super(message);
  }

  public UndecodableException(String message, Throwable cause) {
    super(message, cause);
  }
}
