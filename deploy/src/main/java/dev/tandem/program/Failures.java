package dev.tandem.program;

import dev.tandem.operate.Refusal;
import dev.tandem.run.SpecException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// How a command that failed ends: one message on standard error, a stack trace only where asked
/// for, and the exit code. A spec that is wrong ends it with every problem; what is refused, as the
/// kind of the refusal says.
final class Failures implements IExecutionExceptionHandler {
  private final LogOptions logs;

  Failures(LogOptions logs) {
    this.logs = logs;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    var err = command.getErr();
    if (failure instanceof SpecException wrong) {
      wrong.problems().forEach(problem -> err.println(SpecFailures.line(problem)));
      err.println(SpecFailures.summary(wrong.problems()));
      return ExitCode.USAGE_OR_SPEC;
    }
    if (failure instanceof Refusal refused) {
      return refused(refused, command, parsed);
    }
    err.println("tandem: " + message(failure));
    if (logs.verbose()) {
      failure.printStackTrace(err);
    }
    return ExitCode.FOUND_OR_FAILED;
  }

  /// What makes no sense is a command line that is wrong.
  private static int refused(Refusal refused, CommandLine command, ParseResult parsed)
      throws Exception {
    return switch (refused.kind()) {
      case WRONG, UNKNOWN ->
          command
              .getParameterExceptionHandler()
              .handleParseException(
                  new ParameterException(command, refused.words()),
                  parsed.originalArgs().toArray(String[]::new));
      case CONFLICT -> {
        command.getErr().println("tandem: " + refused.words());
        yield ExitCode.FOUND_OR_FAILED;
      }
    };
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
