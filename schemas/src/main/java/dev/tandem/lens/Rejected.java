package dev.tandem.lens;

/// A field's mapping is wrong, and that has been reported: compiling goes on with the next field.
final class Rejected extends RuntimeException {
  private static final long serialVersionUID = 1;

  Rejected() {
    super("reported", null, false, false);
  }
}
