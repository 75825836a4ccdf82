package dev.tandem.kit;

import dev.tandem.spec.Problem;
import java.util.List;
import java.util.stream.Collectors;

/// A spec that cannot be compiled against the tables of the scripts.
public final class MappingsException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<Problem> problems;

  MappingsException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /// In the order of the document, warnings included.
  public List<Problem> problems() {
    return problems;
  }
}
