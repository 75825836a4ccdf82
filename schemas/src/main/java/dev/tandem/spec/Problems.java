package dev.tandem.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong, so that everything is said at once. Not thread-safe.
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  public void error(Node.Place place, String path, String cause, String fix) {
    found.add(new Problem(place, path, cause, fix, Problem.Severity.ERROR));
  }

  public void warning(Node.Place place, String path, String cause, String fix) {
    found.add(new Problem(place, path, cause, fix, Problem.Severity.WARNING));
  }

  /// What was collected elsewhere.
  public void add(Problem problem) {
    found.add(problem);
  }

  public boolean hasErrors() {
    return found.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
  }

  /// In the order of the document.
  public List<Problem> all() {
    return found.stream()
        .sorted(
            Comparator.comparing((Problem problem) -> problem.place().file())
                .thenComparingInt(problem -> problem.place().line())
                .thenComparingInt(problem -> problem.place().column()))
        .toList();
  }
}
