package dev.tandem.api;

import dev.tandem.answer.DeadLetterJson;
import dev.tandem.api.Route.Inputs;
import dev.tandem.api.Route.Method;
import dev.tandem.ledger.Selection;
import dev.tandem.operate.Domains;
import dev.tandem.operate.LetterDiscarding;
import dev.tandem.operate.LetterRetrying;
import dev.tandem.run.Migration;
import dev.tandem.spec.HttpSpec.Access;
import dev.tandem.wire.DeadLetter.Stage;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Dead letters that operators deal with.
final class LetterRoutes {
  private final Migration migration;
  private final LetterDiscarding discarding;
  private final LetterRetrying retrying;

  LetterRoutes(Migration migration, Clock clock) {
    this.migration = migration;
    this.discarding = new LetterDiscarding(migration, clock);
    this.retrying = new LetterRetrying(migration);
  }

  List<Route> all() {
    return List.of(
        new Route(
            "deadLetters.discard",
            Method.POST,
            "/v1/dead-letters/discard",
            Access.OPERATOR,
            Inputs.body("ids", "domain", "entity", "stage", "all", "dryRun", "reason"),
            this::discard),
        new Route(
            "deadLetters.retry",
            Method.POST,
            "/v1/dead-letters/retry",
            Access.OPERATOR,
            Inputs.body("ids", "domain", "entity", "stage", "refused", "dryRun", "reason"),
            this::retry));
  }

  private LetterDiscarding.Choice choice(Call call) {
    Selection meant =
        Domains.known(
            migration.plan(),
            new Selection(call.text("domain"), call.text("entity"), Optional.empty(), List.of()));
    return new LetterDiscarding.Choice(
        Set.copyOf(call.texts("ids")),
        meant.domain(),
        meant.entity(),
        call.text("stage").map(text -> Call.choice(Stage.class, "stage", text)));
  }

  private Answer retry(Call call) throws SQLException {
    LetterDiscarding.Choice choice = choice(call);
    boolean dryRun = call.flag("dryRun");
    boolean refused = call.flag("refused");
    var outcome = dryRun ? retrying.plan(choice, refused) : retrying.retry(choice, refused);
    return Answer.ok(DeadLetterJson.retried(outcome))
        .noting(
            dryRun
                ? "planned only"
                : "asked for " + outcome.retry().requests().size() + " entities");
  }

  private Answer discard(Call call) throws SQLException {
    LetterDiscarding.Choice choice = choice(call);
    boolean some =
        !choice.ids().isEmpty()
            || choice.stage().isPresent()
            || choice.domain().isPresent()
            || choice.entity().isPresent();
    if (some == call.flag("all")) {
      throw new ApiProblem(
          400,
          some
              ? "all: leave it out where something else says which letters"
              : "expected ids, domain, entity or stage, or all: true");
    }
    boolean dryRun = call.flag("dryRun");
    var outcome =
        dryRun
            ? discarding.plan(choice)
            : discarding.discard(choice, call.caller().name(), call.reason());
    return Answer.ok(DeadLetterJson.discarded(migration.name(), outcome).put("dryRun", dryRun))
        .noting(dryRun ? "planned only" : "discarded " + outcome.discarded() + " letters");
  }
}
