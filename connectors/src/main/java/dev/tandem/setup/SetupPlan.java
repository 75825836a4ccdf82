package dev.tandem.setup;

import java.util.List;

/// What set-up is going to do, in order.
public record SetupPlan(List<Step> steps) {
  public SetupPlan {
    steps = List.copyOf(steps);
  }

  public List<Step> toDo() {
    return in(Step.State.TO_DO);
  }

  public List<Step> refused() {
    return in(Step.State.REFUSED);
  }

  public boolean isComplete() {
    return in(Step.State.EXISTS).size() == steps.size();
  }

  private List<Step> in(Step.State state) {
    return steps.stream().filter(step -> step.is(state)).toList();
  }
}
