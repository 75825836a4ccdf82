package dev.tandem.run;

import dev.tandem.spec.Problem;
import java.util.List;

/// Nothing is wrong with a spec, as far as it could be checked: a store, or both, cannot be reached
/// now. Who can wait may ask again.
public final class StoresAwayException extends SpecException {
  private static final long serialVersionUID = 1;
  private final String reason;

  StoresAwayException(String reason, List<Problem> problems) {
    super(problems);
    this.reason = reason;
  }

  /// Which, and why, in one line.
  public String reason() {
    return reason;
  }
}
