package dev.tandem.capture;

import dev.tandem.capture.CaptureState.JobTable;
import dev.tandem.capture.CaptureState.Load;
import dev.tandem.capture.CaptureState.Note;
import dev.tandem.capture.SweepGate.Answer;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules;
import dev.tandem.job.JobTables;
import dev.tandem.job.SweepReport;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.plan.DomainPlan;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.sweep.BrokenSweepException;
import dev.tandem.sweep.RowFilter;
import dev.tandem.sweep.SweepCourse;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.SweepRefusal;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.sweep.TableSweep;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.RegistryException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sweeps of jobs on one side, one at a time: the domains in [turns][Turns], of one domain the
/// oldest job first. What each has come to is noted in the Kafka transaction of its rows, so that
/// whoever takes over goes on there. Used by one thread.
final class JobSweeps {
  private static final Logger LOG = LoggerFactory.getLogger(JobSweeps.class);
  private final CaptureSettings settings;
  private final CaptureState state;
  private final CaptureSession session;
  private final SweepOrders orders;
  private final SweepGate gate;
  private final JobSeals seals;
  private final Turns turns = new Turns();

  /// As noted last by this session.
  private final Map<JobTable, Note.Ordered> noted = new HashMap<>();

  /// When what the database refused is tried again.
  private final Map<JobTable, Instant> retries = new HashMap<>();

  /// Of one session.
  record Desk(SweepOrders orders, SweepGate gate) {}

  /// What goes before jobs.
  ///
  /// @param tables whose first sweep has not ended
  /// @param isDue whether a sweep is to give way now
  record Sooner(Set<TableId> tables, BooleanSupplier isDue) {}

  JobSweeps(CaptureSettings settings, CaptureState state, CaptureSession session, Desk desk) {
    this.settings = settings;
    this.state = state;
    this.session = session;
    this.orders = desk.orders;
    this.gate = desk.gate;
    seals = new JobSeals(settings, state, session, desk);
  }

  /// One sweep of one job.
  private record Due(JobOrder order, DomainPlan domain, JobTable of) {}

  /// Goes on with the first sweep that is due and can be, of the domain whose turn was longest ago:
  /// what is held or was refused is in no other job's way.
  ///
  /// @return whether there was something to do
  boolean next(Sooner sooner) throws InterruptedException {
    for (Job job : jobs(sooner)) {
      for (TableId table : job.tables) {
        var due = new Due(job.order, job.domain, new JobTable(job.order.id(), table));
        if (!isDue(due)) {
          continue;
        }
        if (isHeld(due)) {
          break; // So is the rest of it.
        }
        if (begin(due, () -> sooner.isDue.getAsBoolean() || isToGiveWay(due.domain, sooner))) {
          return true;
        }
        if (hasFailed(job.order, job.tables)) {
          break; // Nobody waits for the rest of it.
        }
      }
      if (isToBeSealed(job) && seals.seal(job.order, job.domain)) {
        return true;
      }
      seals.compare(job.order);
    }
    return false;
  }

  /// Those of the domains, which loads take too.
  Turns turns() {
    return turns;
  }

  /// One job that may be swept.
  private record Job(JobOrder order, DomainPlan domain, Set<TableId> tables) {}

  private boolean hasFailed(JobOrder order, Set<TableId> tables) {
    return tables.stream()
        .map(table -> note(new JobTable(order.id(), table)))
        .anyMatch(known -> known != null && JobRules.hasFailed(order, known.report()));
  }

  /// Those of the domain whose turn was longest ago first, and of one domain the oldest.
  private List<Job> jobs(Sooner sooner) {
    var jobs = new ArrayList<Job>();
    for (JobOrder order : orders.standing()) {
      DomainPlan domain =
          order.isLoad() ? null : JobTables.domain(settings.plan(), order).orElse(null);
      Set<TableId> tables = domain == null ? Set.of() : tables(order);
      boolean mayBegin = Collections.disjoint(tables, sooner.tables) && !hasFailed(order, tables);
      if (domain != null && mayBegin) {
        jobs.add(new Job(order, domain, tables));
      }
    }
    jobs.sort(Comparator.comparing(job -> turns.last(job.domain.name())));
    return jobs;
  }

  private boolean isToGiveWay(DomainPlan domain, Sooner sooner) {
    return turns.isOver(settings.clock().instant(), () -> isWaiting(domain.name(), sooner));
  }

  /// Whether something can be done for a job of another domain.
  boolean isWaiting(String domain, Sooner sooner) {
    return jobs(sooner).stream()
        .filter(job -> !job.domain.name().equals(domain))
        .anyMatch(job -> isToBeSwept(job) || isToBeSealed(job) || seals.hasCome(job.order));
  }

  private boolean isToBeSwept(Job job) {
    return job.tables.stream()
            .anyMatch(
                table -> isDue(new Due(job.order, job.domain, new JobTable(job.order.id(), table))))
        && !(gate.ask(job.order) instanceof Answer.Hold);
  }

  private boolean isToBeSealed(Job job) {
    return seals.isWanted(job.order)
        && job.tables.stream().allMatch(table -> hasEnded(new JobTable(job.order.id(), table)))
        && (job.order.kind() == JobOrder.Kind.BACKFILL || orders.hasEndedElsewhere(job.order));
  }

  private boolean isDue(Due due) {
    Note.Ordered known = note(due.of);
    return hasCome(retries.getOrDefault(due.of, Instant.EPOCH))
        && JobRules.isDue(due.order, known == null ? null : known.report(), now());
  }

  private boolean hasCome(Instant moment) {
    return !settings.clock().instant().isBefore(moment);
  }

  /// Whether the initial load of a table may go on.
  boolean mayLoad(TableId table) {
    return orders.standing().stream()
        .filter(order -> order.isLoad() && order.wanted() == JobOrder.Wanted.PAUSE)
        .flatMap(order -> JobTables.domain(settings.plan(), order).stream())
        .noneMatch(
            domain ->
                (settings.side() == Side.LEGACY ? domain.tables() : domain.targetTables())
                    .contains(table));
  }

  private Set<TableId> tables(JobOrder order) {
    return switch (settings.side()) {
      case LEGACY -> JobTables.legacy(settings.plan(), order);
      case TARGET -> JobTables.target(settings.plan(), order);
    };
  }

  private Note.@Nullable Ordered note(JobTable of) {
    Note.Ordered known = noted.get(of);
    return known == null ? state.ordered(of.job(), of.table()) : known;
  }

  private boolean isHeld(Due due) {
    if (gate.ask(due.order) instanceof Answer.Hold(var reason)) {
      Note.Ordered known = note(due.of);
      boolean isSaid =
          known != null && known.phase() == Phase.HELD && known.reason().equals(reason);
      if (!isSaid) {
        say(due, Phase.HELD, reason, progress(due, known));
      }
      return true;
    }
    return false;
  }

  /// Whether its sweep could be gone on with.
  private boolean begin(Due due, BooleanSupplier isOtherDue) throws InterruptedException {
    try {
      sweep(due, isOtherDue);
      return true;
    } catch (SQLException
        | RegistryException
        | IllegalArgumentException
        | BrokenSweepException refused) {
      refused(due, refused);
      return false;
    }
  }

  private static @Nullable SweepProgress progress(Due due, Note.@Nullable Ordered known) {
    return known == null ? null : known.progressIn(due.domain.topics().outboxOf());
  }

  /// What an earlier epoch read has to be read again, and so has what was read to its end in vain.
  private @Nullable SweepProgress resumable(@Nullable SweepProgress progress) {
    boolean isResumable =
        progress != null && progress.epoch() == state.epoch() && !progress.ended();
    return isResumable ? progress : null;
  }

  private void sweep(Due due, BooleanSupplier isOtherDue)
      throws SQLException, InterruptedException {
    turns.begin(due.domain.name(), settings.clock().instant());
    SweepProgress progress = resumable(progress(due, note(due.of)));
    TableId id = due.of.table();
    String of = settings.side() == Side.LEGACY ? Loads.of(due.domain) : Load.FIRST;
    Long visibleFrom = state.visibleFrom(new Load(of, id));
    var filter = new JobFilter(settings.side(), due.domain, due.order.scope());
    Table table;
    RowFilter rows;
    try (Connection connection = settings.store().connect()) {
      var catalog = PostgresCatalog.read(connection, List.copyOf(filter.needed(id)));
      table = catalog.table(id).orElse(null);
      rows = filter.of(id, catalog);
    }
    if (table == null || visibleFrom == null) {
      throw new IllegalArgumentException(
          "expected such a table in " + settings.store() + ", found none");
    }
    var control =
        new JobControl(
            () -> order(due.order.id()),
            gate,
            new JobControl.Terms(due.order.limits(), isOtherDue),
            new JobControl.Time(settings.clock(), Thread::sleep));
    int outbox = due.domain.topics().outboxOf();
    var notes = new JobNotes(due.of, due.order.asked().at(), outbox, new RateMeter(), named(due));
    var outlet =
        new JobOutlet(
            session,
            due.order,
            settings.side().topic(due.domain.topics()),
            now -> notes.note(control.pace(), now, now()));
    var last = new SweepProgress[] {progress};
    var task =
        new TableSweep.Task(
            table,
            state.epoch(),
            visibleFrom,
            progress,
            new SweepCourse(
                purpose(due.order),
                SweepCourse.Occasion.AGAIN,
                rows,
                control,
                SweepSchedule.base(settings.side())));
    var outcome =
        new TableSweep(settings.sweepStores(), pages(due.order), outlet, settings.clock())
            .run(
                task,
                now -> {
                  last[0] = now;
                  told(notes.note(control.pace(), now, now()));
                });
    if (outcome == TableSweep.Outcome.STOPPED) {
      say(due, control.pace().phase(), control.pace().reason(), last[0]);
    }
  }

  /// How many roots the order names, where the table is theirs and nothing else of the scope leaves
  /// any of them out.
  private long named(Due due) {
    boolean isRoot =
        settings.side() == Side.LEGACY
            && JobTables.entities(due.domain, due.order.scope())
                .anyMatch(entity -> entity.root().table().equals(due.of.table()));
    return isRoot ? due.order.scope().namedAlone() : 0;
  }

  /// In the target's topic there is nobody but the reconciler.
  private Purpose purpose(JobOrder order) {
    boolean isForEverybody =
        order.kind() == JobOrder.Kind.BACKFILL || settings.side() == Side.TARGET;
    return isForEverybody ? Purpose.LOAD : Purpose.VERIFICATION;
  }

  /// Pages are no larger than what the rate allows in half a second.
  private SweepSettings pages(JobOrder order) {
    SweepSettings usual = settings.sweeps();
    int lanes = order.limits().lanes() == 0 ? usual.lanes() : order.limits().lanes();
    long rate = order.limits().rate();
    int rows = rate == 0 ? usual.pageRows() : Math.clamp(rate / 2 / lanes, 1, usual.pageRows());
    return usual.withLanes(lanes).withPageRows(rows);
  }

  private @Nullable JobOrder order(String id) {
    return orders.standing().stream()
        .filter(order -> order.id().equals(id))
        .findFirst()
        .orElse(null);
  }

  /// What a person has to mend ends the sweep; anything else is tried again.
  private void refused(Due due, Exception refusal) {
    Note.Ordered known = note(due.of);
    SweepProgress progress = progress(due, known);
    String reason = SweepRefusal.words(refusal);
    if (SweepRefusal.isPassing(refusal)) {
      LOG.warn("sweep of {} for job {} is tried again: {}", due.of.table(), due.of.job(), reason);
      retries.put(due.of, settings.clock().instant().plus(settings.pace().longestRetry()));
      say(due, Phase.HELD, "is tried again: " + reason, progress);
    } else {
      LOG.warn("sweep of {} for job {} failed: {}", due.of.table(), due.of.job(), reason);
      say(due, Phase.FAILED, reason, progress);
    }
  }

  private void say(Due due, Phase phase, String reason, @Nullable SweepProgress progress) {
    var note =
        new Note.Ordered(
            due.of,
            phase,
            reason,
            progress,
            0,
            now(),
            due.domain.topics().outboxOf(),
            due.order.asked().at());
    session.note(note);
    told(note);
  }

  private void told(Note.Ordered note) {
    noted.put(note.of(), note);
    settings.listener().ordered(note.of().job(), note.report());
  }

  private boolean hasEnded(JobTable of) {
    Note.Ordered known = note(of);
    SweepReport report = known == null ? null : known.report();
    return report != null && report.hasEnded();
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
  }
}
