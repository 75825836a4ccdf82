package dev.tandem.sweep;

import dev.tandem.fatal.Fatal;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Table;
import dev.tandem.wire.OutboxRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sweep of one table into its topic: lanes read and encode pages in parallel, the calling thread
/// lets each page wait for the log and writes it together with the progress. It can be cut at any
/// point and goes on where the progress says.
public final class TableSweep {
  private static final Logger LOG = LoggerFactory.getLogger(TableSweep.class);

  private final SweepStores stores;
  private final SweepSettings settings;
  private final SweepOutlet outlet;
  private final Clock clock;

  public TableSweep(SweepStores stores, SweepSettings settings, SweepOutlet outlet, Clock clock) {
    this.stores = stores;
    this.settings = settings;
    this.outlet = outlet;
    this.clock = clock;
  }

  /// What to sweep.
  ///
  /// @param epoch source epoch
  /// @param visibleFrom transaction id noted after slot and publication existed; see
  ///     [FirstSnapshot]
  /// @param progress of an earlier run of this sweep, null for a new one
  public record Task(
      Table table,
      int epoch,
      long visibleFrom,
      @Nullable SweepProgress progress,
      SweepCourse course) {}

  /// How a run ended.
  public enum Outcome {
    ENDED,
    /// Its control did not let it go on.
    STOPPED
  }

  /// Sweeps to the end, or until its control says otherwise.
  ///
  /// @param watch is told the progress after each write
  public Outcome run(Task task, Consumer<SweepProgress> watch)
      throws SQLException, InterruptedException {
    try {
      return sweep(task, watch);
    } catch (Error e) {
      Fatal.raise(e);
      throw e;
    }
  }

  private Outcome sweep(Task task, Consumer<SweepProgress> watch)
      throws SQLException, InterruptedException {
    SweepCourse course = task.course();
    var query = new PageQuery(task.table(), RowSchema.of(task.table()), course.filter());
    FirstSnapshot.await(stores.rows(), task.table().id(), task.visibleFrom(), LOG::info);
    SweepProgress progress = task.progress();
    if (progress != null && !progress.isReadBy(query.keyText())) {
      LOG.info(
          "sweep of {} begins anew: it was read by {}, and the table's key is another one now",
          task.table().id(),
          progress.key());
      progress = null;
    }
    if (progress == null) {
      progress = plan(task, query);
      SweepProgress begun = progress;
      outlet.write(
          course
              .startMarker()
              .map(kind -> outlet.mark(marker(kind, begun, null)))
              .orElse(List.of()),
          progress);
      watch.accept(progress);
      LOG.info(
          "sweep of {} begins: about {} rows in {} ranges",
          task.table().id(),
          progress.estimate(),
          progress.parts().size());
    }
    if (course.isBase() && progress.oldest() == null) {
      noteBase(progress);
    }
    if (!progress.allRead()) {
      progress = read(task, query, progress, watch);
    }
    if (!progress.allRead() || !course.control().goesOn(progress)) {
      LOG.info("sweep of {} stops after {} rows", task.table().id(), progress.rows());
      return Outcome.STOPPED;
    }
    SweepProgress ended = progress.asEnded();
    outlet.write(
        course
            .endMarker(ended)
            .map(kind -> outlet.mark(marker(kind, ended, course.witness(ended))))
            .orElse(List.of()),
        ended);
    watch.accept(ended);
    LOG.info(
        "sweep of {} ended: {} rows, of which {} could not be placed",
        task.table().id(),
        ended.rows(),
        ended.unplaced());
    return Outcome.ENDED;
  }

  /// Reads and writes what is left of it, unless it is stopped while it waits for the replica.
  private SweepProgress read(
      Task task, PageQuery query, SweepProgress before, Consumer<SweepProgress> watch)
      throws SQLException, InterruptedException {
    SweepCourse course = task.course();
    OptionalLong noted = ReplicaRule.await(stores, course.control(), before, LOG::info);
    if (noted.isEmpty()) {
      return before;
    }
    long floor = Math.max(task.visibleFrom(), noted.getAsLong());
    var source = new SweepLanes.Source(stores, query, settings, course.purpose(), floor);
    try (var lanes = new SweepLanes(source, outlet)) {
      lanes.start(before);
      return write(lanes, before, new Watched(course.control(), watch));
    }
  }

  /// The topic says that the sweep has begun. What stands before that may be cut off if whatever it
  /// tells of is visible to the sweep: not so what was committed and streamed, but waits for a
  /// standby, or runs still (C15). So it is said, behind the beginning, which transactions have to
  /// be visible; whether they were is known at the end, by the oldest snapshot. It is said before
  /// the first page, and said again, of what runs by then, where no page stands yet: whoever wrote
  /// the beginning may have been killed before this.
  private void noteBase(SweepProgress begun) throws SQLException, InterruptedException {
    long next;
    try (Connection connection = stores.primary().connect()) {
      next = ReplicationState.nextTransaction(connection);
    }
    var wanted = new Snapshot(next, next, new long[0]);
    outlet.write(outlet.mark(marker(OutboxRecord.Kind.SWEEP_STARTED, begun, wanted)), begun);
  }

  /// Who is asked before a write, and who is told after it.
  private record Watched(SweepControl control, Consumer<SweepProgress> watch) {}

  private SweepProgress write(SweepLanes lanes, SweepProgress before, Watched watched)
      throws SQLException, InterruptedException {
    SweepProgress progress = before;
    while (!progress.allRead()) {
      SweepProgress standing = progress;
      List<EncodedPage> pages = lanes.take(watched.control.mostPages());
      if (pages.isEmpty()) {
        if (watched.control.goesOn(standing)) {
          continue;
        }
        return standing;
      }
      var entries = new ArrayList<OutboxEntry>();
      for (EncodedPage page : pages) {
        outlet.awaitPassed(page.mark());
        entries.addAll(page.entries());
        SweepProgress.Part part = progress.parts().get(page.part());
        progress =
            progress.with(
                page.part(),
                new SweepProgress.Part(
                    page.rest(),
                    part.rows() + page.rows(),
                    part.unplaced() + page.unplaced(),
                    page.last()),
                page.snapshot());
      }
      if (!watched.control.goesOn(standing)) {
        return standing;
      }
      outlet.write(entries, progress);
      watched.watch.accept(progress);
    }
    return progress;
  }

  private SweepProgress plan(Task task, PageQuery query) throws SQLException {
    try (Connection connection = stores.rows().connectForLong()) {
      long estimate = TableSize.estimate(connection, task.table().id(), query);
      var parts =
          TableSize.ranges(connection, task.table().id(), query, estimate).stream()
              .map(range -> new SweepProgress.Part(range, 0, 0, false))
              .toList();
      return new SweepProgress(
          task.table().id(),
          UUID.randomUUID().toString(),
          task.epoch(),
          estimate,
          parts,
          null,
          now(),
          false,
          query.keyText());
    }
  }

  private OutboxRecord.Marker marker(
      OutboxRecord.Kind kind, SweepProgress progress, @Nullable Snapshot oldest) {
    return new OutboxRecord.Marker(
        kind, progress.epoch(), progress.table(), progress.id(), oldest, now());
  }

  private long now() {
    return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, clock.instant());
  }
}
