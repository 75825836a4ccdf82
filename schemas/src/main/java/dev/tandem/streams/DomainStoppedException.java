package dev.tandem.streams;

/// The domain cannot go on by itself: a finding for its operator. Its message says what was found
/// and what to do.
public final class DomainStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DomainStoppedException(String finding) {
    super(finding);
  }
}
