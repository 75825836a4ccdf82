package dev.tandem.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.answer.GenerationJson;
import dev.tandem.api.Route.Inputs;
import dev.tandem.api.Route.Method;
import dev.tandem.generation.Exchange;
import dev.tandem.generation.Exchange.Way;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.PaceOrder.Wanted;
import dev.tandem.operate.Domains;
import dev.tandem.operate.GenerationPacing;
import dev.tandem.operate.GenerationSteps;
import dev.tandem.operate.GenerationSteps.Objection;
import dev.tandem.operate.GenerationSteps.Patience;
import dev.tandem.operate.Refusal;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Filling;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.spec.HttpSpec.Access;
import java.sql.SQLException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Generations of domains. A step names the generation that it is about, and is refused if by then
/// another one would be meant.
final class GenerationRoutes {
  private static final String ONE = "/v1/generations/{n}/";

  private final Migration migration;

  GenerationRoutes(Migration migration) {
    this.migration = migration;
  }

  List<Route> all() {
    Inputs step = Inputs.body("domain", "reason");
    return List.of(
        ReadRoutes.read("generations.list", "/v1/generations", Inputs.query("domain"), this::list),
        act(
            "generations.start",
            "/v1/generations",
            Inputs.body("domain", "leaveEmpty", "rate", "reason"),
            this::start),
        pace("generations.pause", ONE + "pause", step, call -> pace(call, Wanted.PAUSE)),
        pace(
            "generations.resume",
            ONE + "resume",
            Inputs.body("domain", "rate", "reason"),
            call -> pace(call, Wanted.RUN)),
        act("generations.promote", ONE + "promote", step, call -> exchange(call, Way.PROMOTE)),
        act("generations.demote", ONE + "demote", step, call -> exchange(call, Way.DEMOTE)),
        act("generations.cancel", ONE + "cancel", step, this::cancel),
        act(
            "generations.cleanup",
            ONE + "cleanup",
            Inputs.body("domain", "althoughRead", "althoughEarly", "reason"),
            this::cleanUp));
  }

  private static Route act(String name, String path, Inputs inputs, Route.Handler handler) {
    return new Route(name, Method.POST, path, Access.ADMIN, inputs, handler);
  }

  /// It changes how fast something is done, not what.
  private static Route pace(String name, String path, Inputs inputs, Route.Handler handler) {
    return new Route(name, Method.POST, path, Access.OPERATOR, inputs, handler);
  }

  private Answer list(Call call) throws SQLException {
    var wanted = call.parameter("domain").map(name -> Domains.named(migration.plan(), name).name());
    ObjectNode root = new ObjectMapper().createObjectNode();
    var domains = root.putArray("domains");
    for (DomainPlan domain : migration.plan().domains()) {
      if (wanted.map(domain.name()::equals).orElse(true)) {
        var steps = new GenerationSteps(migration, domain, new Actor(call.caller().name(), ""));
        domains.add(GenerationJson.of(steps.standing()));
      }
    }
    return Answer.ok(root);
  }

  private Answer start(Call call) throws SQLException {
    DomainPlan domain = domain(call);
    Optional<Long> rate = rate(call);
    Generation made =
        steps(call, domain)
            .start(
                new Filling.FromContract(), Set.copyOf(call.texts("leaveEmpty")), Rebuild.Mode.RUN)
            .generation();
    if (rate.isPresent()) {
      pacing(call, domain).order(made, Wanted.RUN, rate);
    }
    String words = made + " is being built";
    ObjectNode json = GenerationJson.of(words, List.of()).put("generation", made.number());
    return Answer.accepted(json, "/v1/generations?domain=" + domain.name()).noting(words);
  }

  private Answer pace(Call call, Wanted wanted) throws SQLException {
    var pacing = pacing(call, domain(call));
    Optional<Long> rate = wanted == Wanted.RUN ? rate(call) : Optional.empty();
    Generation meant = pacing.meant(wanted);
    require(call, meant);
    pacing.order(meant, wanted, rate);
    return done(GenerationPacing.ordered(meant, wanted));
  }

  private static Optional<Long> rate(Call call) {
    Optional<Long> rate = call.whole("rate");
    if (rate.filter(it -> it < 0).isPresent()) {
      throw new ApiProblem(400, "rate: expected a number from 0");
    }
    return rate;
  }

  private Answer exchange(Call call, Way way) throws SQLException, InterruptedException {
    var steps = steps(call, domain(call));
    List<String> finished = steps.finish(way);
    if (!finished.isEmpty()) {
      return done(GenerationSteps.finished(finished));
    }
    Exchange exchange = steps.next(way);
    require(
        call,
        switch (way) {
          case PROMOTE -> exchange.next();
          case DEMOTE -> exchange.live();
        });
    var exchanged = steps.exchange(exchange, Patience.IN_FLIGHT);
    return done(
        exchanged.change().generation()
            + " is live; "
            + exchanged.kept()
            + " is kept, and fed until it is cleaned up");
  }

  private Answer cancel(Call call) throws SQLException {
    var steps = steps(call, domain(call));
    requireOne(call, steps, EnumSet.of(State.BUILDING));
    return done(steps.cancel() + " is given up; cleanup removes it");
  }

  private Answer cleanUp(Call call) throws SQLException, InterruptedException {
    DomainPlan domain = domain(call);
    var steps = steps(call, domain);
    requireOne(call, steps, EnumSet.of(State.KEPT, State.CANCELLED));
    var overridden = EnumSet.noneOf(Objection.class);
    if (call.flag("althoughRead")) {
      overridden.add(Objection.READ_BY_OTHERS);
    }
    if (call.flag("althoughEarly")) {
      overridden.add(Objection.EARLY);
    }
    steps.cleanUp(overridden);
    return done("of " + domain.name() + " only the live generation is left");
  }

  private static Answer done(String words) {
    return Answer.ok(GenerationJson.of(words, List.of())).noting(words);
  }

  private void requireOne(Call call, GenerationSteps steps, Set<State> states) throws SQLException {
    Generation found =
        steps.standing().generations().stream()
            .map(row -> row.generation())
            .filter(each -> states.contains(each.state()))
            .findFirst()
            .orElseThrow(
                () ->
                    new Refusal(
                        Refusal.Kind.CONFLICT,
                        "expected a generation that is one of " + states + ", found none"));
    require(call, found);
  }

  private static void require(Call call, Generation meant) {
    if (!call.part("n").equals(Integer.toString(meant.number()))) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "this can be done with " + meant + " only; GET /v1/generations says where each stands");
    }
  }

  private DomainPlan domain(Call call) {
    if (!call.path().isEmpty() && !call.part("n").matches("[1-9][0-9]{0,8}")) {
      throw new ApiProblem(404, "a generation is a number from 1");
    }
    return Domains.named(migration.plan(), call.required("domain"));
  }

  private GenerationPacing pacing(Call call, DomainPlan domain) {
    return new GenerationPacing(
        migration, domain, new Actor(call.caller().name(), call.reason()), Clock.systemUTC());
  }

  private GenerationSteps steps(Call call, DomainPlan domain) {
    return new GenerationSteps(migration, domain, new Actor(call.caller().name(), call.reason()));
  }
}
