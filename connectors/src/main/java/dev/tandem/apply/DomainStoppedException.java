package dev.tandem.apply;

/// The domain must not go on: an error of kind CONFIG or BUG whose message names the fix.
final class DomainStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DomainStoppedException(String message) {
    super(message);
  }
}
