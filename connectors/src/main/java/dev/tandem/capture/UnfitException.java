package dev.tandem.capture;

/// Something that can never be written as it is: it becomes a dead letter, and the rest goes on.
/// The message says what was expected and found, without a value.
final class UnfitException extends Exception {
  private static final long serialVersionUID = 1;

  UnfitException(String message) {
    super(message);
  }

  /// @param cause is named by its class only, since messages may hold values
  UnfitException(String message, RuntimeException cause) {
    super(message, cause);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
