package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Load;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.sweep.BrokenSweepException;
import dev.tandem.sweep.SweepControl;
import dev.tandem.sweep.SweepCourse;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.SweepRefusal;
import dev.tandem.sweep.TableSweep;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.RegistryException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is swept and when: each table once in an epoch; then what is ordered; and when nothing is
/// being swept, the horizon: no page older than a snapshot taken now can still arrive, since a
/// sweep that is gone on with later reads in snapshots of its own. A job's sweep gives way to a
/// load and to a horizon that is due, and any sweep where another domain waits for its
/// [turn][Turns]: what it has read ahead is dropped, and read again. Loads take turns with each
/// other by domain, and with the jobs of those that are loaded.
final class SweepSchedule {
  private static final Logger LOG = LoggerFactory.getLogger(SweepSchedule.class);

  /// How often orders are looked at.
  private static final Duration LOOK = Duration.ofMillis(100);

  private final CaptureSettings settings;
  private final CaptureState state;
  private final CaptureSession session;
  private final JobSweeps jobs;
  private final Loads loads;
  private final Turns turns;
  private final Map<Load, @Nullable SweepProgress> open = new LinkedHashMap<>();
  private Instant nextLoad = Instant.EPOCH;
  private Instant nextHorizon = Instant.EPOCH;

  /// What there is to do.
  ///
  /// @param loads to be done once
  record Work(Loads loads, JobSweeps jobs) {}

  SweepSchedule(CaptureSettings settings, CaptureState state, CaptureSession session, Work work) {
    this.settings = settings;
    this.state = state;
    this.session = session;
    this.jobs = work.jobs;
    this.loads = work.loads;
    this.turns = jobs.turns();
    for (Load load : loads.all()) {
      SweepProgress progress = settings.placements().current(load.table(), state.sweep(load));
      if (progress == null || !progress.ended()) {
        open.put(load, progress);
      } else {
        settings.listener().swept(progress);
      }
    }
  }

  /// Runs until it is interrupted. What a database refuses is tried again, and so is a table that
  /// has no key to be read by, until somebody gives it one; what Kafka refuses ends the session.
  void run() throws InterruptedException {
    while (true) {
      if (!open.isEmpty() && isDue(nextLoad)) {
        load();
      }
      if (isDue(nextHorizon)) {
        nextHorizon = after(horizon() ? settings.pace().horizon() : settings.pace().longestRetry());
      }
      if (!jobs.next(sooner())) {
        Thread.sleep(LOOK);
      }
    }
  }

  /// Whether a load would be gone on with now.
  private boolean isLoadDue() {
    return isDue(nextLoad) && open.keySet().stream().map(Load::table).anyMatch(jobs::mayLoad);
  }

  private JobSweeps.Sooner sooner() {
    return new JobSweeps.Sooner(
        open.keySet().stream().map(Load::table).collect(Collectors.toUnmodifiableSet()),
        () -> isLoadDue() || isDue(nextHorizon));
  }

  /// Gives each domain with open loads its turn. What is paused is looked at again soon; where a
  /// job waits, it has a turn before loads are gone on with.
  private void load() throws InterruptedException {
    boolean gaveWay = false;
    for (String domain : domains()) {
      turns.begin(domain, settings.clock().instant());
      for (Load load : List.copyOf(open.keySet())) {
        boolean isNext = domain(load).equals(domain) && jobs.mayLoad(load.table());
        if (isNext && sweep(load) == TableSweep.Outcome.STOPPED && jobs.mayLoad(load.table())) {
          gaveWay = true;
          break;
        }
      }
    }
    if (gaveWay) {
      nextLoad = jobs.isWaiting("", sooner()) ? after(Turns.LENGTH) : Instant.EPOCH;
    } else if (open.keySet().stream().allMatch(load -> jobs.mayLoad(load.table()))) {
      nextLoad = after(settings.pace().longestRetry());
    } else {
      nextLoad = after(LOOK);
    }
  }

  /// Those with open loads, in order of their loads.
  private Set<String> domains() {
    return open.keySet().stream()
        .map(this::domain)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// Whose turn a load takes: a table of several domains is of the first.
  private String domain(Load load) {
    return settings.plan().domains().stream()
        .filter(
            domain ->
                (settings.side() == Side.LEGACY ? domain.tables() : domain.targetTables())
                    .contains(load.table()))
        .map(DomainPlan::name)
        .findFirst()
        .orElse("");
  }

  /// Whether somebody of another domain waits: a load, or a job.
  private boolean isAwaited(String domain) {
    return open.keySet().stream()
            .anyMatch(load -> !domain(load).equals(domain) && jobs.mayLoad(load.table()))
        || jobs.isWaiting(domain, sooner());
  }

  /// Translation can be done anew from what is left of an outbox; what was observed is not kept for
  /// that.
  static SweepCourse.Base base(Side side) {
    return switch (side) {
      case LEGACY -> SweepCourse.Base.YES;
      case TARGET -> SweepCourse.Base.NO;
    };
  }

  private boolean isDue(Instant moment) {
    return !settings.clock().instant().isBefore(moment);
  }

  private Instant after(Duration time) {
    return settings.clock().instant().plus(time);
  }

  /// @return null where the table could not be swept, and that is tried again
  private TableSweep.@Nullable Outcome sweep(Load load) throws InterruptedException {
    TableId id = load.table();
    Long visibleFrom = state.visibleFrom(load);
    try (Connection connection = settings.store().connect()) {
      Table table = PostgresCatalog.read(connection, List.of(id)).table(id).orElse(null);
      if (table == null || visibleFrom == null) {
        LOG.error("cannot sweep {}: expected such a table in {}, found none", id, settings.store());
        return null;
      }
      var outlet = new LoadOutlet(session, loads, load);
      var sweep =
          new TableSweep(settings.sweepStores(), settings.sweeps(), outlet, settings.clock());
      var course = SweepCourse.WHOLE.under(control(load)).as(base(settings.side()));
      var outcome =
          sweep.run(
              new TableSweep.Task(table, state.epoch(), visibleFrom, open.get(load), course),
              progress -> open.put(load, progress));
      if (outcome == TableSweep.Outcome.ENDED) {
        open.remove(load);
      }
      return outcome;
    } catch (SQLException | RegistryException | IllegalArgumentException refused) {
      LOG.warn("sweep of {} is tried again: {}", id, SweepRefusal.words(refused));
    } catch (BrokenSweepException broken) {
      LOG.error("sweep of {} is tried again, and waits for somebody to mend it", id, broken);
    }
    return null;
  }

  /// Not before something of this turn stands does a load give way: else nothing ever would.
  private SweepControl control(Load load) {
    String domain = domain(load);
    var found = new @Nullable SweepProgress[] {null};
    return progress -> {
      if (found[0] == null) {
        found[0] = progress;
      }
      return jobs.mayLoad(load.table())
          && (progress.equals(found[0])
              || !turns.isOver(settings.clock().instant(), () -> isAwaited(domain)));
    };
  }

  /// @return whether it stands
  private boolean horizon() throws InterruptedException {
    try (Connection connection = settings.store().connect()) {
      Snapshot snapshot = ReplicationState.snapshot(connection);
      Lsn mark = ReplicationState.mark(connection, "horizon");
      session.awaitPassed(mark);
      long now = ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
      session.write(session.mark(OutboxRecord.Marker.horizon(state.epoch(), "", snapshot, now)));
      return true;
    } catch (SQLException | RegistryException away) {
      LOG.warn("no horizon yet: {}", SweepRefusal.words(away));
      return false;
    }
  }
}
