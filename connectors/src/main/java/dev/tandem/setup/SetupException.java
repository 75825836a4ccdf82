package dev.tandem.setup;

import java.util.List;
import java.util.stream.Collectors;

/// Set-up cannot be done, or must not be. The message says what was expected, what was found, and
/// the fix; a refusal before anything was changed names every refused step.
public sealed class SetupException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public SetupException(String message, Throwable cause) {
    super(message, cause);
  }

  SetupException(String message) {
    super(message);
  }

  /// Something was not made yet: whoever needs it may wait.
  public static final class NotMadeException extends SetupException {
    private static final long serialVersionUID = 1;

    NotMadeException(String message) {
      super(message);
    }
  }

  static SetupException refused(List<Step> steps) {
    return new SetupException(
        steps.stream()
            .map(
                step ->
                    step.where() + step.name() + ": " + step.note() + "\n    fix: " + step.fix())
            .collect(Collectors.joining("\n", "set-up is refused; nothing was changed\n", "")));
  }
}
