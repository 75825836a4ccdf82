package dev.tandem.run;

import dev.tandem.spec.Problem;
import java.util.List;

/// A spec that cannot be run, with all that is wrong with it.
public sealed class SpecException extends RuntimeException permits StoresAwayException {
  private static final long serialVersionUID = 1;
  private final transient List<Problem> problems;

  public SpecException(List<Problem> problems) {
    super(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in the spec");
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
