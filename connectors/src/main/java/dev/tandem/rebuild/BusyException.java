package dev.tandem.rebuild;

/// Somebody else is at the generations of the domain, or holds what is needed. Nothing was changed;
/// the same can be asked for again.
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BusyException(String message) {
    super(message);
  }
}
