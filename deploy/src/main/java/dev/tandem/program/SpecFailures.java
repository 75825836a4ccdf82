package dev.tandem.program;

import dev.tandem.spec.Problem;
import java.util.List;

/// How the problems of a spec are written.
final class SpecFailures {
  private SpecFailures() {}

  static String severity(Problem problem) {
    return switch (problem.severity()) {
      case ERROR -> "error";
      case WARNING -> "warning";
    };
  }

  static String line(Problem problem) {
    return severity(problem) + ": " + problem;
  }

  static String summary(List<Problem> problems) {
    long errors = problems.stream().filter(p -> p.severity() == Problem.Severity.ERROR).count();
    long warnings = problems.size() - errors;
    if (problems.isEmpty()) {
      return "The spec is in order.";
    }
    return errors
        + (errors == 1 ? " error, " : " errors, ")
        + warnings
        + (warnings == 1 ? " warning" : " warnings");
  }
}
