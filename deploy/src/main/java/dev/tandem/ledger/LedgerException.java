package dev.tandem.ledger;

/// A ledger that cannot be read or a request that was not accepted, with what to do about it.
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LedgerException(String message) {
    super(message);
  }

  public LedgerException(String message, Throwable cause) {
    super(message, cause);
  }
}
