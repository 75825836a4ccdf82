package dev.tandem.sweep;

/// The server that rows are to be read from is no standby of the one that is captured. It is for a
/// person to mend; the message has no row in it.
final class UnfitReplicaException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnfitReplicaException(String message) {
    super(message);
  }
}
