package dev.tandem.program;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// How a command that failed ends: one message on standard error, a stack trace only where asked
/// for, and the exit code.
final class Failures implements IExecutionExceptionHandler {
  private final LogOptions logs;

  Failures(LogOptions logs) {
    this.logs = logs;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    var err = command.getErr();
    err.println("tandem: " + message(failure));
    if (logs.verbose()) {
      failure.printStackTrace(err);
    }
    return ExitCode.FOUND_OR_FAILED;
  }

  /// The failure's own words; those of its cause where it has none; its kind where nobody has any.
  private static String message(Throwable failure) {
    for (var at = failure; at != null; at = at.getCause()) {
      var words = at.getMessage();
      if (words != null && !words.isBlank()) {
        return words;
      }
    }
    return failure.getClass().getName() + " (--verbose shows where)";
  }
}
