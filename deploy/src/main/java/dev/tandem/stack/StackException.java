package dev.tandem.stack;

/// A part of the embedded stack could not be started or stopped; the message says which, why and
/// what to do.
public final class StackException extends RuntimeException {
  public StackException(String message) {
    super(message);
  }

  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
