package dev.tandem.capture;

import dev.tandem.job.SweepReport;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.row.RowSchema;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where capture and its sweeps stand, as Kafka holds it: the sum of all [Note]s written, each in
/// the Kafka transaction of what it speaks of.
public final class CaptureState {
  private Note.@Nullable Source source;
  private Note.@Nullable Unproven unproven;
  private final Map<String, ChangePosition> written = new HashMap<>();
  private final Map<Load, SweepProgress> sweeps = new HashMap<>();
  private final Map<Load, Note.Visible> visible = new HashMap<>();
  private final Map<String, Boolean> outboxes = new HashMap<>();
  private final Map<JobTable, Note.Ordered> ordered = new HashMap<>();
  private final Map<String, Note.Seal> seals = new HashMap<>();
  private final Map<TableId, Note.Form> forms = new HashMap<>();
  private final Map<TableId, TableDetail> details = new HashMap<>();

  /// One table in one job.
  public record JobTable(String job, TableId table) {}

  /// The first sweep of one table for an outbox.
  ///
  /// @param of name of the outbox, [#FIRST] for all those that domains began with
  public record Load(String of, TableId table) {
    /// Of all outboxes that domains began with, and of what is observed.
    public static final String FIRST = "";
  }

  /// One statement of the state; a later one of the same kind and subject replaces it.
  public sealed interface Note {
    /// @param proven every transaction that ended up to here stands in Kafka; null in a new epoch
    /// @param times by which the log is known again
    record Source(ServerIdentity server, int epoch, @Nullable Lsn proven, LogTrail.Times times)
        implements Note {
      /// Of a log that is known by its positions alone.
      Source(ServerIdentity server, int epoch, @Nullable Lsn proven) {
        this(server, epoch, proven, LogTrail.Times.NONE);
      }
    }

    /// @param strand name of a [Strands] member
    /// @param last position of the last record written there
    record Written(String strand, ChangePosition last) implements Note {}

    /// @param of see [Load]
    record Sweep(String of, SweepProgress progress) implements Note {
      /// For the outboxes that domains began with.
      Sweep(SweepProgress progress) {
        this(Load.FIRST, progress);
      }
    }

    /// An outbox that no domain began with is written; or nothing is fed from it any more, and it
    /// is over. Who does not know of one that is written does not capture: it would leave out
    /// changes.
    ///
    /// @param name see [dev.tandem.wire.Topics#outboxName]
    record Outbox(String name, boolean over) implements Note {}

    /// How a sweep of a job stands.
    ///
    /// @param progress null if it has not begun
    /// @param reason why it does not run freely, empty if it does
    /// @param rate rows a second of late
    /// @param at microseconds since 1970-01-01T00:00Z
    /// @param outbox that its rows are in; see [dev.tandem.wire.Topics]
    /// @param orderedAt see [SweepReport]
    record Ordered(
        JobTable of,
        SweepReport.Phase phase,
        String reason,
        @Nullable SweepProgress progress,
        long rate,
        long at,
        int outbox,
        long orderedAt)
        implements Note {
      /// How far it has come in an outbox. What was read into another one counts for nothing there:
      /// a sweep that ended in an outbox and did not begin in it would make all rows seem gone that
      /// it read before.
      @Nullable SweepProgress progressIn(int where) {
        return outbox == where ? progress : null;
      }

      public SweepReport report() {
        SweepProgress known = progress;
        return new SweepReport(
            of.table,
            phase,
            reason,
            known == null ? 0 : known.rows(),
            known == null ? 0 : known.unplaced(),
            known == null ? 0 : known.estimate(),
            rate,
            known == null ? at : known.startedAt(),
            at,
            orderedAt);
      }
    }

    /// Every row that a job read, on both sides, is seen by whoever has compared, or applied, up to
    /// these offsets.
    ///
    /// @param offsets of a marker in each partition of the domain's outbox
    /// @param at microseconds since 1970-01-01T00:00Z
    /// @param comparedAt when it was known that it was compared up to there, or of a backfill
    ///     applied; 0 before
    /// @param waiting of how many entities nothing could be said then
    /// @param outbox that the offsets are of; see [dev.tandem.wire.Topics]
    record Seal(
        String job,
        SortedMap<Integer, Long> offsets,
        long at,
        long comparedAt,
        long waiting,
        int outbox)
        implements Note {
      Seal compared(long now, long without) {
        return new Seal(job, offsets, at, now, without, outbox);
      }

      /// Whether it says nothing of an outbox: what was not compared by it is to be sealed anew.
      boolean isLost(int where) {
        return comparedAt == 0 && outbox != where;
      }
    }

    /// Sweeps of a table wait until everything below `xid` is visible.
    ///
    /// @param of see [Load]
    record Visible(String of, TableId table, int epoch, long xid) implements Note {
      /// For the outboxes that domains began with.
      Visible(TableId table, int epoch, long xid) {
        this(Load.FIRST, table, epoch, xid);
      }
    }

    /// Rows of a table are captured in this form from a position on.
    ///
    /// @param table as the plan names it
    /// @param from null for the form that the catalog had when capture began
    record Form(TableId table, RowSchema rows, @Nullable ChangePosition from) implements Note {}

    /// What the catalog says of a table that no row shows, as it was looked at last.
    ///
    /// @param table as the plan names it
    record Detail(TableId table, TableDetail detail) implements Note {}

    /// Changes were lost; heals with a new epoch.
    ///
    /// @param at microseconds since 1970-01-01T00:00Z
    record Unproven(int epoch, String reason, long at) implements Note {}
  }

  public void apply(Note note) {
    switch (note) {
      case Note.Source read -> source = read;
      case Note.Written(var strand, var last) -> written.put(strand, last);
      case Note.Sweep(var of, var progress) -> sweeps.put(new Load(of, progress.table()), progress);
      case Note.Outbox(var name, var over) -> outboxes.put(name, over);
      case Note.Ordered sweep -> ordered.put(sweep.of(), sweep);
      case Note.Seal seal -> seals.put(seal.job(), seal);
      case Note.Visible read -> visible.put(new Load(read.of(), read.table()), read);
      case Note.Form form -> forms.put(form.table(), form);
      case Note.Detail(var table, var detail) -> details.put(table, detail);
      case Note.Unproven read -> unproven = read;
    }
  }

  public Note.@Nullable Source source() {
    return source;
  }

  /// From 1.
  public int epoch() {
    return source == null ? 1 : source.epoch();
  }

  public Note.@Nullable Unproven unproven() {
    return unproven != null && unproven.epoch() == epoch() ? unproven : null;
  }

  /// What a server is judged by; null where nothing is proven in this epoch.
  Continuity.@Nullable Known known() {
    Note.Source from = source;
    Lsn proven = from == null ? null : from.proven;
    if (from == null || proven == null) {
      return null;
    }
    boolean inside =
        written.values().stream()
            .anyMatch(last -> last.epoch() == epoch() && !proven.isAfter(last.after()));
    return new Continuity.Known(from.server, proven, inside);
  }

  public @Nullable ChangePosition written(String strand) {
    return written.get(strand);
  }

  /// The sweep of a table in this epoch, if it has begun; where the table is read for several
  /// outboxes, of the newest.
  public @Nullable SweepProgress sweep(TableId table) {
    return sweeps.values().stream()
        .filter(each -> each.table().equals(table) && each.epoch() == epoch())
        .max(Comparator.comparingLong(SweepProgress::startedAt))
        .orElse(null);
  }

  /// The sweep of a table for an outbox in this epoch, if it has begun.
  @Nullable SweepProgress sweep(Load load) {
    SweepProgress progress = sweeps.get(load);
    return progress != null && progress.epoch() == epoch() ? progress : null;
  }

  /// The sweep of a table for a job, if anything was noted of it.
  public Note.@Nullable Ordered ordered(String job, TableId table) {
    return ordered.get(new JobTable(job, table));
  }

  /// Of a job whose sweeps have ended, on both sides.
  public Note.@Nullable Seal seal(String job) {
    return seals.get(job);
  }

  /// The newest form of a table's rows, if any was captured.
  public Note.@Nullable Form form(TableId table) {
    return forms.get(table);
  }

  @Nullable TableDetail detail(TableId table) {
    return details.get(table);
  }

  /// The outboxes that are written besides those that domains began with, by name.
  public SortedSet<String> written() {
    return outboxes.entrySet().stream()
        .filter(each -> !each.getValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Whether it was noted that nothing is fed from an outbox any more.
  public boolean isOver(String outbox) {
    return outboxes.getOrDefault(outbox, false);
  }

  @Nullable Long visibleFrom(Load load) {
    Note.Visible noted = visible.get(load);
    return noted != null && noted.epoch() == epoch() ? noted.xid() : null;
  }
}
