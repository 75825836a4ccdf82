package dev.tandem.run;

/// A part must not run with this spec beside what was agreed on before. The message says what was
/// expected, what was found, and the fix.
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
