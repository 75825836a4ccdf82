package dev.tandem.version;

/// A lens is wrong, which has been reported.
final class Rejected extends RuntimeException {
  private static final long serialVersionUID = 1;

  Rejected() {
    super(null, null, false, false);
  }
}
