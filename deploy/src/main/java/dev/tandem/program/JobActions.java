package dev.tandem.program;

import dev.tandem.answer.InvariantJson;
import dev.tandem.answer.JobJson;
import dev.tandem.invariants.InvariantComparison.Terms;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobScope;
import dev.tandem.jobs.JobPlan;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.operate.Domains;
import dev.tandem.operate.JobOrdering;
import dev.tandem.operate.Recording;
import dev.tandem.operate.Recording.End;
import dev.tandem.operate.Refusal;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// One action on the jobs of one kind.
final class JobActions {
  /// How the initial loads of a domain are named on the command line.
  private static final String LOAD = "load";

  private final Migration migration;
  private final SpecOptions spec;
  private final Asked asked;
  private final JobOptions options;
  private final CommandSpec command;
  private final Clock clock = Clock.systemUTC();
  private final JobOrdering ordering;

  /// What was asked for on the command line.
  ///
  /// @param share of the entities
  /// @param mostFindings 0 for no limit
  /// @param hold the longest that apply may stand while invariants are compared
  record Asked(Kind kind, JobOptions options, double share, long mostFindings, Duration hold) {
    /// Of a backfill.
    Asked(JobOptions options) {
      this(Kind.BACKFILL, options, 1, 0, Terms.USUAL.hold());
    }
  }

  JobActions(Migration migration, SpecOptions spec, Asked asked, CommandSpec command) {
    this.migration = migration;
    this.spec = spec;
    this.asked = asked;
    this.options = asked.options;
    this.command = command;
    this.ordering = new JobOrdering(migration, clock);
    try {
      options.domain().ifPresent(name -> Domains.named(migration.plan(), name));
    } catch (Refusal refused) {
      throw wrong(refused.words());
    }
  }

  int run(JobOptions.Action action) throws SQLException, InterruptedException {
    try {
      return switch (action) {
        case START -> start();
        case PAUSE -> order(Wanted.PAUSE);
        case RESUME -> order(Wanted.RUN);
        case CANCEL -> order(Wanted.CANCEL);
        case STATUS -> status();
        case LIST -> list();
      };
    } catch (Refusal refused) {
      throw wrong(refused.words());
    }
  }

  private int start() throws SQLException, InterruptedException {
    DomainPlan domain = domain("--domain: a job is of one domain; name it");
    if (isLoad()) {
      throw wrong("--job: names that begin with 'load' are kept for the initial loads");
    }
    JobOrder order = ordering.order(request(domain));
    JobPlan plan = ordering.plan(order);
    if (options.intent() == JobOptions.Intent.PLAN) {
      print(options.isJson() ? List.of(JobJson.plan(plan).toString()) : JobText.plan(plan));
      return ExitCode.OK;
    }
    recorded(
        "jobs.start",
        order,
        () -> {
          ordering.place(order);
          return order;
        });
    return ordered(order, comparing());
  }

  private JobOrdering.Request request(DomainPlan domain) {
    JobScope scope;
    try {
      scope = options.scope(asked.share);
    } catch (IllegalArgumentException refused) {
      throw wrong(String.valueOf(refused.getMessage()));
    }
    return new JobOrdering.Request(
        asked.kind, domain, options.job(), scope, options.limits(), asked.mostFindings, who());
  }

  private int order(Wanted wanted) throws SQLException, InterruptedException {
    JobOrder before = before(wanted);
    JobOrder after =
        recorded(
            switch (wanted) {
              case PAUSE -> "jobs.pause";
              case RUN -> "jobs.resume";
              case CANCEL -> "jobs.cancel";
            },
            before,
            () -> ordering.change(before, wanted, options.limits(), who()));
    return ordered(after, JobWatch.Hands.NONE);
  }

  private <X extends Exception> JobOrder recorded(
      String what, JobOrder order, Recording.Work<JobOrder, X> work) throws X {
    return new Recorded(migration, options.why())
        .of(
            what,
            "domain " + order.domain() + ", job " + order.id(),
            work,
            done -> End.done(done.wanted() + " ordered"));
  }

  private JobOrder before(Wanted wanted) throws SQLException {
    try (var reader = reader()) {
      return isLoad() ? load(reader, wanted) : chosen(reader).order();
    }
  }

  /// The initial loads of the domain, which begin without an order.
  private boolean isLoad() {
    return options.job().map(LOAD::equals).orElse(false);
  }

  private JobOrder load(JobReader reader, Wanted wanted) {
    DomainPlan domain = domain("--domain: name it; loads are of one");
    if (asked.kind != Kind.BACKFILL || wanted == Wanted.CANCEL) {
      throw wrong("--job load: initial loads can be paused and resumed, by tandem backfill");
    }
    return ordering.load(reader.orders(), domain, wanted, who());
  }

  private int ordered(JobOrder order, JobWatch.Hands hands)
      throws SQLException, InterruptedException {
    if (options.isFollowed()) {
      try (var reader = reader()) {
        return new JobWatch(reader, form(), command).follow(order, hands);
      }
    }
    print(
        options.isJson()
            ? List.of(JobJson.order(order).toString())
            : List.of(order.wanted() + " ordered for job " + order.id()));
    return ExitCode.OK;
  }

  /// Compares the invariants of the domain, and nothing else.
  int compareInvariants() throws SQLException, InterruptedException {
    boolean isWhole = options.scope(asked.share).equals(JobScope.ALL);
    if (!isWhole || options.intent() == JobOptions.Intent.PLAN) {
      throw wrong(
          "--invariants: they are of the whole domain and no job: leave --plan, --entity, --where,"
              + " --keys, --tenant and --sample out");
    }
    try {
      InvariantReport report =
          invariants().compare(domain("--domain: name the domain to compare").name());
      print(
          options.isJson()
              ? List.of(InvariantJson.report(report).toString())
              : InvariantText.report(report));
      return InvariantActions.code(report);
    } catch (Refusal refused) {
      throw wrong(refused.words());
    }
  }

  private InvariantActions invariants() {
    return new InvariantActions(migration, Terms.USUAL.holding(asked.hold), options.why(), command);
  }

  /// Of whoever starts a job; who comes to look on later compares nothing.
  private JobWatch.Hands comparing() {
    return new JobWatch.Hands() {
      @Override
      public Optional<InvariantReport> compare(JobOrder order)
          throws SQLException, InterruptedException {
        return invariants().after(order);
      }
    };
  }

  private int status() throws SQLException, InterruptedException {
    try (var reader = reader()) {
      JobStatus status = reader.withWrites(chosen(reader));
      if (options.isFollowed()) {
        return new JobWatch(reader, form(), command).follow(status.order(), JobWatch.Hands.NONE);
      }
      print(form().report(status));
      return JobWatch.code(status, ExitCode.OK);
    }
  }

  private int list() throws SQLException {
    try (var reader = reader()) {
      List<JobStatus> jobs = reader.read(this::isMeant);
      print(options.isJson() ? List.of(JobJson.list(jobs).toString()) : JobText.list(jobs));
      return ExitCode.OK;
    }
  }

  private boolean isMeant(JobOrder order) {
    return order.kind() == asked.kind
        && options.domain().map(order.domain()::equals).orElse(true)
        && options
            .job()
            .map(job -> job.equals(LOAD) ? order.isLoad() : order.id().equals(job))
            .orElse(!order.isLoad() || order.wanted() == Wanted.PAUSE);
  }

  /// The job that is named, or the only one under way, or the last one.
  private JobStatus chosen(JobReader reader) {
    List<JobStatus> jobs = reader.read(this::isMeant);
    if (jobs.isEmpty()) {
      throw wrong(
          options.job().isPresent()
              ? "--job: there is no such job; LIST names them"
              : "there is no such job yet; START orders one");
    }
    List<JobStatus> open = jobs.stream().filter(it -> !it.standing().state().isFinal()).toList();
    if (options.job().isEmpty() && open.size() > 1) {
      throw wrong(
          "--job: several are under way, name one of "
              + open.stream().map(it -> it.order().id()).collect(Collectors.joining(", ")));
    }
    return open.isEmpty() ? jobs.getLast() : open.getLast();
  }

  /// @param missing what is said where none is named
  private DomainPlan domain(String missing) {
    return Domains.named(migration.plan(), options.domain().orElseThrow(() -> wrong(missing)));
  }

  private JobForm form() {
    return new JobForm(migration.plan(), spec, options.isJson());
  }

  private JobReader reader() throws KafkaException, SQLException {
    return new JobReader(
        migration.plan(), migration.kafka().objects(), clock, migration.generations());
  }

  private void print(List<String> lines) {
    lines.forEach(command.commandLine().getOut()::println);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private JobOrdering.Who who() {
    return new JobOrdering.Who(Operator.name(), options.why());
  }
}
