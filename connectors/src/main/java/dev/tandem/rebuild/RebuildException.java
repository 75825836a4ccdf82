package dev.tandem.rebuild;

import java.util.List;

/// A generation cannot be made, exchanged or removed, or must not be. The message says what was
/// expected, what was found, and the fix; nothing was changed.
public final class RebuildException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<String> reasons;

  RebuildException(String message) {
    this(message, List.of());
  }

  /// @param reasons one line each
  public RebuildException(String message, List<String> reasons) {
    super(reasons.isEmpty() ? message : message + "\n  " + String.join("\n  ", reasons));
    this.reasons = List.copyOf(reasons);
  }

  RebuildException(String message, Throwable cause) {
    super(message, cause);
    this.reasons = List.of();
  }

  public List<String> reasons() {
    return reasons;
  }
}
