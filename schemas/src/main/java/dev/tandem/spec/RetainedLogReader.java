package dev.tandem.spec;

import dev.tandem.spec.RetainedLog.Action;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads what the slot of a store may retain. A slot is dropped only beyond a budget that somebody
/// has declared.
record RetainedLogReader(Problems problems) {
  private static final String DROP = "drop-slot";
  static final List<String> ACTIONS = List.of("alarm", DROP);

  RetainedLog read(Section store) {
    return store
        .optional("retained-log")
        .map(node -> retained(Section.of(node, SpecKeys.RETAINED_LOG, problems)))
        .orElse(RetainedLog.NOTHING_SAID);
  }

  private RetainedLog retained(Section section) {
    var values = new Values(problems);
    Optional<Located<String>> said = section.optionalText("budget");
    OptionalLong budget =
        said.flatMap(values::bytes).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    boolean drops =
        section
            .optionalText("action")
            .flatMap(text -> values.choice(text, ACTIONS))
            .filter(DROP::equals)
            .isPresent();
    if (drops && said.isEmpty()) {
      section.required("budget", "say beyond how much the slot is dropped: budget: 100GB");
    }
    return new RetainedLog(budget, drops && budget.isPresent() ? Action.DROP_SLOT : Action.ALARM);
  }
}
