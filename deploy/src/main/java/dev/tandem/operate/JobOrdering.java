package dev.tandem.operate;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobScope;
import dev.tandem.job.JobTables;
import dev.tandem.jobs.JobPlan;
import dev.tandem.jobs.JobPlanner;
import dev.tandem.jobs.OrderBook;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.spec.NearMatch;
import dev.tandem.wire.Topics;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Orders jobs, and orders them anew. What it refuses it refuses before anything is written.
public final class JobOrdering {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  private final Migration migration;
  private final Clock clock;

  /// A job that is asked for.
  ///
  /// @param id its name; empty for one made from kind, domain and time
  /// @param mostFindings 0 for no limit
  public record Request(
      Kind kind,
      DomainPlan domain,
      Optional<String> id,
      JobScope scope,
      JobLimits.Change limits,
      long mostFindings,
      Who who) {}

  /// Who asks, and why.
  public record Who(String by, String why) {}

  public JobOrdering(Migration migration, Clock clock) {
    this.migration = migration;
    this.clock = clock;
  }

  /// The order as it would be written.
  public JobOrder order(Request request) {
    if (request.id.orElse("").startsWith(JobOrder.LOAD_PREFIX)) {
      throw Refusal.wrong("--job: names that begin with 'load' are kept for the initial loads");
    }
    requireOneRoot(request.domain, request.scope);
    requireSweepable(request.domain, request.scope);
    long now = now();
    try {
      return new JobOrder(
          request.id.orElseGet(() -> name(request)),
          request.kind,
          request.domain.name(),
          request.scope,
          new JobLimits(0, 0, request.mostFindings, Duration.ZERO)
              .changed(request.limits, Duration.ZERO),
          Wanted.RUN,
          new JobOrder.Asked(request.who.by, request.who.why, now, now));
    } catch (IllegalArgumentException refused) {
      throw Refusal.wrong(String.valueOf(refused.getMessage()));
    }
  }

  private String name(Request request) {
    return request.kind.name().toLowerCase(Locale.ROOT)
        + "-"
        + request.domain.name()
        + "-"
        + STAMP.format(clock.instant());
  }

  /// Nobody knows which of two events of an outbox table without an order is the later.
  private static void requireSweepable(DomainPlan domain, JobScope scope) {
    var unordered =
        JobTables.entities(domain, scope).filter(entity -> !entity.root().isSwept()).toList();
    if (!unordered.isEmpty()) {
      throw Refusal.wrong(
          ("the outbox table %s of %s cannot be swept, since the spec declares no order of its"
                  + " events: write order: with the column that grows with every event of an"
                  + " aggregate, or name another entity with --entity")
              .formatted(unordered.getFirst().root().table(), unordered.getFirst().name()));
    }
  }

  /// A condition is on one root table.
  private static void requireOneRoot(DomainPlan domain, JobScope scope) {
    List<String> names = domain.entities().stream().map(entity -> entity.name()).toList();
    if (!scope.entity().isEmpty() && !names.contains(scope.entity())) {
      throw Refusal.wrong(
          "--entity: domain %s has no '%s'; %s"
              .formatted(
                  domain.name(), scope.entity(), NearMatch.suggestion(scope.entity(), names)));
    }
    long roots =
        JobTables.entities(domain, scope).map(entity -> entity.root().table()).distinct().count();
    if (roots > 1 && !(scope.where().isEmpty() && scope.keys().isEmpty())) {
      throw Refusal.wrong(
          "--where and --keys are about one root table, and domain %s has %d; name one of %s with"
                  .formatted(domain.name(), roots, String.join(", ", names))
              + " --entity");
    }
  }

  /// What it would read; both stores are asked, and so a condition is known to make sense.
  public JobPlan plan(JobOrder order) throws SQLException {
    try {
      return new JobPlanner(migration).plan(order);
    } catch (IllegalArgumentException refused) {
      throw Refusal.wrong(String.valueOf(refused.getMessage()));
    }
  }

  /// Writes the order of a new job.
  public void place(JobOrder order) {
    try (var book = book()) {
      if (book.read().stream().anyMatch(other -> other.id().equals(order.id()))) {
        throw new Refusal(
            Refusal.Kind.CONFLICT,
            "--job: there is a job " + order.id() + " already; RESUME goes on with it");
      }
      book.write(order, migration.kafka().registryClient());
    }
  }

  /// Writes a new order of a job that there is.
  public JobOrder change(JobOrder before, Wanted wanted, JobLimits.Change limits, Who who) {
    JobOrder order = anew(before, wanted, limits, who);
    try (var book = book()) {
      book.write(order, migration.kafka().registryClient());
    }
    return order;
  }

  private JobOrder anew(JobOrder before, Wanted wanted, JobLimits.Change limits, Who who) {
    long now = now();
    var sinceBegun = Duration.of(now - before.asked().begun(), ChronoUnit.MICROS);
    JobOrder order;
    try {
      order =
          before
              .with(wanted, who.by, who.why, now)
              .within(before.limits().changed(limits, sinceBegun));
    } catch (IllegalArgumentException refused) {
      throw Refusal.wrong(String.valueOf(refused.getMessage()));
    }
    if (wanted == Wanted.RUN && order.isOverdue(now)) {
      throw Refusal.wrong(
          "--within: job %s had to end by %s; give it another time, 0s for none"
              .formatted(order.id(), order.deadline().orElseThrow()));
    }
    return order;
  }

  /// The last order about the initial loads of a domain, or the first, where nobody has given one.
  public JobOrder load(List<JobOrder> known, DomainPlan domain, Wanted wanted, Who who) {
    if (wanted == Wanted.CANCEL) {
      throw Refusal.wrong("--job load: initial loads can be paused and resumed, not cancelled");
    }
    String id = JobOrder.LOAD_PREFIX + domain.name();
    long now = now();
    return known.stream()
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
                    new JobOrder.Asked(who.by, who.why, now, now)));
  }

  /// The last order of a job.
  public JobOrder named(String id) {
    try (var book = book()) {
      return book.read().stream()
          .filter(order -> order.id().equals(id))
          .findFirst()
          .orElseThrow(
              () ->
                  new Refusal(
                      Refusal.Kind.UNKNOWN, "--job: there is no such job; LIST names them"));
    }
  }

  private OrderBook book() {
    return new OrderBook(migration.kafka().objects(), new Topics(migration.name(), "").control());
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }
}
