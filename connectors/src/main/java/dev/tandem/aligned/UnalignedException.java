package dev.tandem.aligned;

/// The two stores could not be brought to one position; the message says why.
public final class UnalignedException extends Exception {
  private static final long serialVersionUID = 1;

  public UnalignedException(String reason) {
    super(reason);
  }
}
