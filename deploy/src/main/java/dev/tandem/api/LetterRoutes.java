package dev.tandem.api;

import dev.tandem.answer.DeadLetterJson;
import dev.tandem.api.Route.Inputs;
import dev.tandem.api.Route.Method;
import dev.tandem.ledger.Selection;
import dev.tandem.operate.Domains;
import dev.tandem.operate.LetterDiscarding;
import dev.tandem.run.Migration;
import dev.tandem.spec.HttpSpec.Access;
import dev.tandem.wire.DeadLetter.Stage;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Dead letters that operators have dealt with.
final class LetterRoutes {
  private final Migration migration;
  private final LetterDiscarding discarding;

  LetterRoutes(Migration migration, Clock clock) {
    this.migration = migration;
    this.discarding = new LetterDiscarding(migration, clock);
  }

  List<Route> all() {
    return List.of(
        new Route(
            "deadLetters.discard",
            Method.POST,
            "/v1/dead-letters/discard",
            Access.OPERATOR,
            Inputs.body("ids", "domain", "entity", "stage", "all", "dryRun", "reason"),
            this::discard));
  }

  private Answer discard(Call call) throws SQLException {
    Set<String> ids = Set.copyOf(call.texts("ids"));
    Optional<Stage> stage = call.text("stage").map(text -> Call.choice(Stage.class, "stage", text));
    Selection meant =
        Domains.known(
            migration.plan(),
            new Selection(call.text("domain"), call.text("entity"), Optional.empty(), List.of()));
    boolean some =
        !ids.isEmpty()
            || stage.isPresent()
            || meant.domain().isPresent()
            || meant.entity().isPresent();
    if (some == call.flag("all")) {
      throw new ApiProblem(
          400,
          some
              ? "all: leave it out where something else says which letters"
              : "expected ids, domain, entity or stage, or all: true");
    }
    var choice = new LetterDiscarding.Choice(ids, meant.domain(), meant.entity(), stage);
    boolean dryRun = call.flag("dryRun");
    var outcome =
        dryRun
            ? discarding.plan(choice)
            : discarding.discard(choice, call.caller().name(), call.reason());
    return Answer.ok(DeadLetterJson.discarded(migration.name(), outcome).put("dryRun", dryRun))
        .noting(dryRun ? "planned only" : "discarded " + outcome.discarded() + " letters");
  }
}
