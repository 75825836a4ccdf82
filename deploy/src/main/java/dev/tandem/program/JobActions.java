package dev.tandem.program;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobScope;
import dev.tandem.job.JobTables;
import dev.tandem.jobs.JobPlan;
import dev.tandem.jobs.JobPlanner;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.jobs.OrderBook;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.spec.NearMatch;
import dev.tandem.wire.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// One action on the jobs of one kind.
final class JobActions {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  /// How the initial loads of a domain are named on the command line.
  private static final String LOAD = "load";

  private final Migration migration;
  private final SpecOptions spec;
  private final Asked asked;
  private final JobOptions options;
  private final CommandSpec command;
  private final Clock clock = Clock.systemUTC();

  /// What was asked for on the command line.
  ///
  /// @param share of the entities
  /// @param mostFindings 0 for no limit
  record Asked(Kind kind, JobOptions options, double share, long mostFindings) {}

  JobActions(Migration migration, SpecOptions spec, Asked asked, CommandSpec command) {
    this.migration = migration;
    this.spec = spec;
    this.asked = asked;
    this.options = asked.options;
    this.command = command;
    options.domain().ifPresent(this::domain);
  }

  int run(JobOptions.Action action) throws SQLException, InterruptedException {
    return switch (action) {
      case START -> start();
      case PAUSE -> order(Wanted.PAUSE);
      case RESUME -> order(Wanted.RUN);
      case CANCEL -> order(Wanted.CANCEL);
      case STATUS -> status();
      case LIST -> list();
    };
  }

  private int start() throws SQLException, InterruptedException {
    DomainPlan domain =
        domain(
            options.domain().orElseThrow(() -> wrong("--domain: a job is of one domain; name it")));
    JobOrder order = newOrder(domain);
    JobPlan plan;
    try {
      plan = new JobPlanner(migration).plan(order);
    } catch (IllegalArgumentException refused) {
      throw wrong(String.valueOf(refused.getMessage()));
    }
    if (options.intent() == JobOptions.Intent.PLAN) {
      print(options.isJson() ? List.of(JobJson.plan(plan).toString()) : JobText.plan(plan));
      return ExitCode.OK;
    }
    try (var book = book()) {
      if (book.read().stream().anyMatch(other -> other.id().equals(order.id()))) {
        throw wrong("--job: there is a job " + order.id() + " already; RESUME goes on with it");
      }
      book.write(order, migration.kafka().registryClient());
    }
    return ordered(order);
  }

  private JobOrder newOrder(DomainPlan domain) {
    long now = now();
    try {
      if (isLoad() || options.job().orElse("").startsWith(JobOrder.LOAD_PREFIX)) {
        throw wrong("--job: names that begin with 'load' are kept for the initial loads");
      }
      JobScope scope = options.scope(asked.share);
      requireOneRoot(domain, scope);
      return new JobOrder(
          options.job().orElseGet(() -> name(domain)),
          asked.kind,
          domain.name(),
          scope,
          new JobLimits(0, 0, asked.mostFindings, Duration.ZERO)
              .changed(options.limits(), Duration.ZERO),
          Wanted.RUN,
          new JobOrder.Asked(who(), options.why(), now, now));
    } catch (IllegalArgumentException refused) {
      throw wrong(String.valueOf(refused.getMessage()));
    }
  }

  /// A condition is on one root table.
  private void requireOneRoot(DomainPlan domain, JobScope scope) {
    List<String> names = domain.entities().stream().map(entity -> entity.name()).toList();
    if (!scope.entity().isEmpty() && !names.contains(scope.entity())) {
      throw wrong(
          "--entity: domain %s has no '%s'; %s"
              .formatted(
                  domain.name(), scope.entity(), NearMatch.suggestion(scope.entity(), names)));
    }
    long roots =
        JobTables.entities(domain, scope).map(entity -> entity.root().table()).distinct().count();
    if (roots > 1 && !(scope.where().isEmpty() && scope.keys().isEmpty())) {
      throw wrong(
          "--where and --keys are about one root table, and domain %s has %d; name one of %s with"
                  .formatted(domain.name(), roots, String.join(", ", names))
              + " --entity");
    }
  }

  private String name(DomainPlan domain) {
    String kind = asked.kind.name().toLowerCase(java.util.Locale.ROOT);
    return kind + "-" + domain.name() + "-" + STAMP.format(clock.instant());
  }

  private int order(Wanted wanted) throws InterruptedException {
    JobOrder order;
    try (var reader = reader();
        var book = book()) {
      JobOrder before = isLoad() ? load(reader, wanted) : chosen(reader).order();
      order = anew(before, wanted);
      book.write(order, migration.kafka().registryClient());
    }
    return ordered(order);
  }

  private JobOrder anew(JobOrder before, Wanted wanted) {
    long now = now();
    var sinceBegun = Duration.of(now - before.asked().begun(), ChronoUnit.MICROS);
    JobOrder order;
    try {
      order =
          before
              .with(wanted, who(), options.why(), now)
              .within(before.limits().changed(options.limits(), sinceBegun));
    } catch (IllegalArgumentException refused) {
      throw wrong(String.valueOf(refused.getMessage()));
    }
    if (wanted == Wanted.RUN && order.isOverdue(now)) {
      throw wrong(
          "--within: job %s had to end by %s; give it another time, 0s for none"
              .formatted(order.id(), order.deadline().orElseThrow()));
    }
    return order;
  }

  /// The initial loads of the domain, which begin without an order.
  private boolean isLoad() {
    return options.job().map(LOAD::equals).orElse(false);
  }

  private JobOrder load(JobReader reader, Wanted wanted) {
    DomainPlan domain =
        domain(options.domain().orElseThrow(() -> wrong("--domain: name it; loads are of one")));
    if (asked.kind != Kind.BACKFILL || wanted == Wanted.CANCEL) {
      throw wrong("--job load: initial loads can be paused and resumed, by tandem backfill");
    }
    String id = JobOrder.LOAD_PREFIX + domain.name();
    long now = now();
    return reader.orders().stream()
        .filter(order -> order.id().equals(id))
        .findFirst()
        .orElseGet(
            () ->
                new JobOrder(
                    id,
                    Kind.BACKFILL,
                    domain.name(),
                    JobScope.ALL,
                    JobLimits.NONE,
                    wanted,
                    new JobOrder.Asked(who(), options.why(), now, now)));
  }

  private int ordered(JobOrder order) throws InterruptedException {
    if (options.isFollowed()) {
      try (var reader = reader();
          var book = book()) {
        return new JobWatch(reader, form(), command).follow(order, cancels(book));
      }
    }
    print(
        options.isJson()
            ? List.of(JobJson.order(order).toString())
            : List.of(order.wanted() + " ordered for job " + order.id()));
    return ExitCode.OK;
  }

  private JobWatch.Cancels cancels(OrderBook book) {
    return (order, reason) ->
        book.write(
            order.with(Wanted.CANCEL, who(), reason, now()), migration.kafka().registryClient());
  }

  private int status() throws InterruptedException {
    try (var reader = reader()) {
      JobStatus status = reader.withWrites(chosen(reader));
      if (options.isFollowed()) {
        try (var book = book()) {
          return new JobWatch(reader, form(), command).follow(status.order(), cancels(book));
        }
      }
      print(form().report(status));
      return JobWatch.code(status, ExitCode.OK);
    }
  }

  private int list() {
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

  private DomainPlan domain(String name) {
    List<DomainPlan> domains = migration.plan().domains();
    return domains.stream()
        .filter(domain -> domain.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "--domain: the spec has no '%s' there; %s"
                        .formatted(
                            name,
                            NearMatch.suggestion(
                                name, domains.stream().map(DomainPlan::name).toList()))));
  }

  private JobForm form() {
    return new JobForm(migration.plan(), spec, options.isJson());
  }

  private OrderBook book() {
    return new OrderBook(migration.kafka().objects(), new Topics(migration.name(), "").control());
  }

  private JobReader reader() throws KafkaException {
    return new JobReader(migration.plan(), migration.kafka().objects(), clock);
  }

  private void print(List<String> lines) {
    lines.forEach(command.commandLine().getOut()::println);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  private static String who() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "?";
    }
    return System.getProperty("user.name", "?") + "@" + host;
  }
}
