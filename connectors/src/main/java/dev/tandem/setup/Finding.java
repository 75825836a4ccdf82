package dev.tandem.setup;

/// One line of what the doctor found.
///
/// @param subject what was looked at: `table public.cust_mst`
/// @param found what it is like
/// @param fix what to do, to be pasted where it can be; empty where all is well
public record Finding(Area area, Level level, String subject, String found, String fix) {
  public enum Area {
    LEGACY,
    TARGET,
    KAFKA,
    REGISTRY
  }

  public enum Level {
    OK,
    /// It works, but somebody should know.
    WARNING,
    /// It does not work, or will not.
    FAILURE
  }

  static Finding ok(Area area, String subject, String found) {
    return new Finding(area, Level.OK, subject, found, "");
  }

  static Finding warning(Area area, String subject, String found, String fix) {
    return new Finding(area, Level.WARNING, subject, found, fix);
  }

  static Finding failure(Area area, String subject, String found, String fix) {
    return new Finding(area, Level.FAILURE, subject, found, fix);
  }

  /// What a step of set-up says of the thing it makes: what exists otherwise than it should, and
  /// what cannot be made, is a failure; what is merely missing is a warning.
  static Finding of(Area area, Step step) {
    return switch (step.state()) {
      case EXISTS, DONE -> ok(area, step.name(), step.note());
      case REFUSED -> failure(area, step.name(), step.note(), step.fix());
      case TO_DO ->
          step.note().isEmpty()
              ? warning(area, step.name(), "not there yet", "tandem setup SPEC")
              : failure(area, step.name(), step.note(), String.join("; ", step.statements()));
    };
  }
}
