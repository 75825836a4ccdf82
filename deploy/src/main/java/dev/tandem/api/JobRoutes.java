package dev.tandem.api;

import dev.tandem.answer.DivergenceJson;
import dev.tandem.answer.JobJson;
import dev.tandem.api.Route.Inputs;
import dev.tandem.api.Route.Method;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobScope;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.operate.Domains;
import dev.tandem.operate.JobOrdering;
import dev.tandem.operate.JobOrdering.Who;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.spec.HttpSpec.Access;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Jobs: ordered, ordered anew, and looked at.
final class JobRoutes {
  private final Migration migration;
  private final JobOrdering ordering;
  private final InvariantRoute invariants;
  private final Clock clock;

  /// Between the look whether a name is free and the order that takes it.
  private final ReentrantLock ordered = new ReentrantLock();

  JobRoutes(Migration migration, Clock clock) {
    this.migration = migration;
    this.ordering = new JobOrdering(migration, clock);
    this.invariants = new InvariantRoute(migration, clock);
    this.clock = clock;
  }

  List<Route> all() {
    return List.of(
        ReadRoutes.read("jobs.list", "/v1/jobs", Inputs.query("domain", "kind"), this::list),
        ReadRoutes.read("jobs.status", "/v1/jobs/{id}", Inputs.NONE, this::status),
        act("jobs.start", "/v1/jobs", starting(), this::start),
        act(
            "jobs.pause",
            "/v1/jobs/{id}/pause",
            Inputs.body("reason"),
            call -> change(call, Wanted.PAUSE)),
        act(
            "jobs.resume",
            "/v1/jobs/{id}/resume",
            Inputs.body("rate", "lanes", "within", "reason"),
            call -> change(call, Wanted.RUN)),
        act(
            "jobs.cancel",
            "/v1/jobs/{id}/cancel",
            Inputs.body("reason"),
            call -> change(call, Wanted.CANCEL)));
  }

  private static Route act(String name, String path, Inputs inputs, Route.Handler handler) {
    return new Route(name, Method.POST, path, Access.OPERATOR, inputs, handler);
  }

  private Answer list(Call call) throws SQLException {
    var kind = call.parameter("kind").map(text -> Call.choice(Kind.class, "kind", text));
    var domain = call.parameter("domain").map(name -> Domains.named(migration.plan(), name).name());
    try (var reader = reader()) {
      return Answer.ok(
          JobJson.list(
              reader.read(
                  order ->
                      domain.map(order.domain()::equals).orElse(true)
                          && kind.map(order.kind()::equals).orElse(true))));
    }
  }

  private Answer status(Call call) throws SQLException {
    try (var reader = reader()) {
      List<JobStatus> found = reader.read(order -> order.id().equals(call.part("id")));
      if (found.isEmpty()) {
        throw new ApiProblem(404, "there is no such job; GET /v1/jobs names them");
      }
      return Answer.ok(
          JobJson.report(
              reader.withWrites(found.getFirst()),
              new DivergenceJson(new TargetQuery(migration.plan()))));
    }
  }

  private static Inputs starting() {
    var fields = new ArrayList<>(List.of("kind", "domain"));
    fields.addAll(InvariantRoute.OF_JOBS);
    fields.addAll(List.of("invariants", "hold", "reason"));
    return new Inputs(List.of(), fields);
  }

  private Answer start(Call call) throws SQLException, InterruptedException {
    Kind kind = Call.choice(Kind.class, "kind", call.required("kind"));
    DomainPlan domain = Domains.named(migration.plan(), call.required("domain"));
    if (InvariantRoute.isMeant(call)) {
      return invariants.compare(call, kind, domain.name());
    }
    requireAdminForConditions(call);
    var request =
        new JobOrdering.Request(
            kind,
            domain,
            call.text("job"),
            scope(call),
            call.limits(),
            mostFindings(call),
            who(call));
    JobOrder order = ordering.order(request);
    var plan = ordering.plan(order);
    if (call.flag("plan")) {
      return Answer.ok(JobJson.plan(plan)).noting("planned only");
    }
    ordered.lock();
    try {
      ordering.place(order);
    } finally {
      ordered.unlock();
    }
    return accepted(order);
  }

  private static long mostFindings(Call call) {
    long most = call.whole("mostFindings").orElse(0L);
    if (most < 0) {
      throw new ApiProblem(400, "mostFindings: expected a number from 0");
    }
    return most;
  }

  /// A condition is SQL of the caller's, carried out with the rights of Tandem's own role.
  private static void requireAdminForConditions(Call call) {
    if (call.text("where").isPresent() && !call.caller().access().includes(Access.ADMIN)) {
      throw new ApiProblem(403, "where: a condition is SQL, and needs the role admin");
    }
  }

  private static JobScope scope(Call call) {
    try {
      return new JobScope(
          call.text("entity").orElse(""),
          call.text("where").orElse(""),
          call.texts("keys"),
          call.number("sample").orElse(1.0),
          call.text("tenant").orElse(""));
    } catch (IllegalArgumentException refused) {
      throw new ApiProblem(400, Words.ofApi(String.valueOf(refused.getMessage())));
    }
  }

  private Answer change(Call call, Wanted wanted) throws SQLException {
    String id = call.part("id");
    JobOrder before = id.startsWith(JobOrder.LOAD_PREFIX) ? load(call, wanted) : ordering.named(id);
    ordered.lock();
    try {
      return accepted(ordering.change(before, wanted, call.limits(), who(call)));
    } finally {
      ordered.unlock();
    }
  }

  private JobOrder load(Call call, Wanted wanted) throws SQLException {
    String domain = call.part("id").substring(JobOrder.LOAD_PREFIX.length());
    try (var reader = reader()) {
      return ordering.load(
          reader.orders(), Domains.named(migration.plan(), domain), wanted, who(call));
    }
  }

  private static Answer accepted(JobOrder order) {
    return Answer.accepted(JobJson.order(order), "/v1/jobs/" + order.id());
  }

  private static Who who(Call call) {
    return new Who(call.caller().name(), call.reason());
  }

  private JobReader reader() throws SQLException {
    return new JobReader(
        migration.plan(), migration.kafka().objects(), clock, migration.generations());
  }
}
