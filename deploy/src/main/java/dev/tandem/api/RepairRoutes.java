package dev.tandem.api;

import dev.tandem.answer.RepairJson;
import dev.tandem.api.Route.Inputs;
import dev.tandem.api.Route.Method;
import dev.tandem.ledger.Selection;
import dev.tandem.operate.RepairAsking;
import dev.tandem.operate.RepairAsking.Brake;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.run.Migration;
import dev.tandem.spec.HttpSpec.Access;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Repairs of what is open.
final class RepairRoutes {
  private static final int MOST = 1_000_000;

  private final RepairAsking asking;

  RepairRoutes(Migration migration, Clock clock) {
    this.asking = new RepairAsking(migration, clock);
  }

  List<Route> all() {
    return List.of(
        new Route(
            "repairs.ask",
            Method.POST,
            "/v1/repairs",
            Access.OPERATOR,
            Inputs.body(
                "domain",
                "entity",
                "kind",
                "key",
                "orphans",
                "limit",
                "despiteBrake",
                "dryRun",
                "reason"),
            this::ask));
  }

  private Answer ask(Call call) throws SQLException {
    List<KeyPart> key =
        call.pairs("key").entrySet().stream()
            .map(part -> new KeyPart(part.getKey(), part.getValue()))
            .toList();
    var selection =
        new Selection(
            Optional.of(call.required("domain")),
            call.text("entity"),
            call.text("kind").map(kind -> Call.choice(Kind.class, "kind", kind)),
            key);
    Orphans orphans = Call.choice(Orphans.class, "orphans", call.text("orphans").orElse("report"));
    var request = new RepairAsking.Request(selection, orphans, limit(call));
    if (call.flag("dryRun")) {
      return Answer.ok(RepairJson.planned(asking.choose(request))).noting("planned only");
    }
    var choice = asking.ask(request, call.flag("despiteBrake") ? Brake.OVERRIDDEN : Brake.HEEDED);
    return Answer.ok(RepairJson.asked(choice))
        .noting("asked for " + choice.requests().size() + " repairs");
  }

  private static OptionalInt limit(Call call) {
    Optional<Long> limit = call.whole("limit");
    if (limit.filter(it -> it < 1 || it > MOST).isPresent()) {
      throw new ApiProblem(400, "limit: expected a number from 1 to " + MOST);
    }
    return limit.map(it -> OptionalInt.of(it.intValue())).orElse(OptionalInt.empty());
  }
}
