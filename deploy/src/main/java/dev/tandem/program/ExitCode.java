package dev.tandem.program;

/// The exit codes of every command.
public final class ExitCode {
  /// Done, and nothing was found.
  public static final int OK = 0;

  /// Something was found, or the command failed.
  public static final int FOUND_OR_FAILED = 1;

  /// The command line or the spec is wrong.
  public static final int USAGE_OR_SPEC = 2;

  /// It worked, but the criteria asked for are not met.
  public static final int CRITERIA_NOT_MET = 3;

  private ExitCode() {}
}
