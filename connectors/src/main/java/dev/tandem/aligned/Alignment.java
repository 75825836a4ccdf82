package dev.tandem.aligned;

import dev.tandem.apply.ApplyHold;
import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.CaptureState;
import dev.tandem.capture.CaptureStateReader;
import dev.tandem.invariant.PrefixRule;
import dev.tandem.invariant.PrefixRule.Bounds;
import dev.tandem.invariant.PrefixRule.Prefix;
import dev.tandem.invariant.PrefixRule.Seen;
import dev.tandem.invariant.PrefixRule.Stretch;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.setup.GenerationTable;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings both stores to one position, while they are written:
///
/// 1. notes the outbox's ends, and waits until every legacy transaction that ran then is visible:
///    what stands before these ends is seen by every snapshot from here on;
/// 2. holds apply;
/// 3. takes a snapshot of the legacy store, and waits until capture has passed the log position
///    read after it: all that the snapshot saw is in the outbox now;
/// 4. reads what stands behind the noted ends. Where what the snapshot saw is not the beginning of
///    it ([PrefixRule]), takes another snapshot;
/// 5. lets apply go on to just there;
/// 6. takes a snapshot of the target that holds the checkpoints too, and looks at them there;
/// 7. lets apply go on.
///
/// Nothing is concluded from time: whoever waits too long gives up. What holds apply ends by itself
/// if this process does.
public final class Alignment {
  private static final Logger LOG = LoggerFactory.getLogger(Alignment.class);
  private static final int MOST_SNAPSHOTS = 10;

  private final Sides sides;
  private final Terms terms;
  private final Queries queries;
  private final Consumer<String> progress;

  /// @param by who asks, for whoever wonders why apply stands; as nobody else who asks is called
  /// @param hold the longest that apply may stand; also the longest to wait before that
  /// @param query the longest that a query may take in the snapshots
  public record Terms(String by, Duration hold, Duration query) {}

  /// What will be asked of each store. What they read is locked as the domain's own tables are.
  public record Queries(List<String> legacy, List<String> target) {
    public Queries {
      legacy = List.copyOf(legacy);
      target = List.copyOf(target);
    }
  }

  /// @param progress is told what is being waited for
  public Alignment(Sides sides, Terms terms, Queries queries, Consumer<String> progress) {
    this.sides = sides;
    this.terms = terms;
    this.queries = queries;
    this.progress = progress;
  }

  /// What is open while it is found.
  private record Readers(OutboxStretch outbox, ContractAhead contract, CaptureStateReader capture)
      implements AutoCloseable {
    @Override
    public void close() {
      outbox.close();
      contract.close();
      capture.close();
    }
  }

  /// A snapshot of the legacy store that is of a position.
  private record Legacy(Connection connection, Map<Integer, Bounds> bounds, int snapshots) {}

  /// @throws UnalignedException with the reason, if they could not be brought there
  public Aligned align() throws UnalignedException, SQLException, InterruptedException {
    var locks =
        new Locks(
            OpenSnapshot.read(sides.legacy(), sides.live().tables(), queries.legacy),
            OpenSnapshot.read(sides.target(), sides.live().targetTables(), queries.target));
    Aligned found = null;
    try {
      try (var readers = readers()) {
        SortedMap<Integer, Long> known = readers.outbox.ends();
        awaitVisible();
        progress.accept("holds apply");
        long begun = System.nanoTime();
        var turn = Turn.within(terms.hold);
        try (var apply = hold()) {
          var hold = new Hold(from(known, apply.standing()), turn, begun, locks);
          found = aligned(readers, apply, hold);
        }
      }
      return found;
    } catch (ApplyHold.NotHeldException e) {
      throw new UnalignedException(String.valueOf(e.getMessage()));
    } catch (SQLException | RuntimeException e) {
      if (found != null) {
        closeAfter(e, found);
      }
      throw e;
    }
  }

  /// Nobody else will: it is not handed out.
  private static void closeAfter(Exception failure, Aligned found) {
    try {
      found.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private Readers readers() {
    var topics = sides.live().topics();
    return new Readers(
        new OutboxStretch(
            sides.kafka(), topics.outbox(), sides.live().partitions(), sides.registry()),
        new ContractAhead(sides.kafka(), topics.contract()),
        new CaptureStateReader(sides.kafka(), new CaptureNames(topics.migration())));
  }

  /// The tables to lock in each store.
  private record Locks(Set<TableId> legacy, Set<TableId> target) {}

  /// @param from by partition, offset before which all is visible or applied
  private record Hold(Map<Integer, Long> from, Turn turn, long begun, Locks locks) {}

  /// C10, C11: what is captured and not visible yet must not be taken for visible. A transaction
  /// that a standby delays may be both for long.
  private void awaitVisible() throws SQLException, UnalignedException, InterruptedException {
    progress.accept("waits for running legacy transactions");
    try (Connection legacy = sides.legacy().connect()) {
      long next = ReplicationState.nextTransaction(legacy);
      Turn.within(terms.hold)
          .await(
              () -> ReplicationState.snapshot(legacy).xmin() >= next,
              () ->
                  "a legacy transaction has been running for longer than "
                      + terms.hold.toSeconds()
                      + " s: "
                      + ReplicationState.running(legacy)
                      + "; fix: try again when it has ended, or allow more with --hold");
    }
  }

  private ApplyHold hold() throws SQLException, ApplyHold.NotHeldException {
    var live = sides.live();
    return ApplyHold.begin(
        sides.target(),
        new ApplyHold.Of(
            live.topics().migration(), live.name(), live.generation(), live.partitions()),
        terms.by,
        terms.hold);
  }

  private static Map<Integer, Long> from(
      SortedMap<Integer, Long> known, SortedMap<Integer, Long> standing) {
    var from = new HashMap<Integer, Long>();
    known.forEach(
        (partition, end) ->
            from.put(partition, Math.min(end, standing.getOrDefault(partition, -1L) + 1)));
    return from;
  }

  private Aligned aligned(Readers readers, ApplyHold apply, Hold hold)
      throws UnalignedException, ApplyHold.NotHeldException, SQLException, InterruptedException {
    Legacy legacy = legacy(readers, hold);
    Connection target = null;
    try {
      progress.accept("lets apply come to the snapshot");
      var most = new HashMap<Integer, Long>();
      legacy.bounds.forEach((partition, bounds) -> most.put(partition, bounds.most()));
      apply.letGoTo(most);
      awaitApplied(readers, legacy, hold);
      target = OpenSnapshot.open(sides.target(), hold.locks.target, terms.query);
      check(Standing.read(target, sides), readers, legacy, hold.turn);
      apply.end();
      var held = Duration.ofNanos(System.nanoTime() - hold.begun);
      LOG.info("apply of {} was held for {} ms", sides.live().name(), held.toMillis());
      return new Aligned(legacy.connection, target, held, legacy.snapshots, legacy.bounds);
    } catch (UnalignedException
        | ApplyHold.NotHeldException
        | SQLException
        | InterruptedException
        | RuntimeException e) {
      legacy.connection.close();
      if (target != null) {
        target.close();
      }
      throw e;
    }
  }

  private Legacy legacy(Readers readers, Hold hold)
      throws UnalignedException, SQLException, InterruptedException {
    String broken = "";
    for (int i = 1; i <= MOST_SNAPSHOTS; i++) {
      progress.accept("waits for capture");
      Connection connection = OpenSnapshot.open(sides.legacy(), hold.locks.legacy, terms.query);
      try {
        Snapshot snapshot = ReplicationState.snapshot(connection);
        var seen = new Seen(awaitCaptured(readers, hold), snapshot);
        var stretches = readers.outbox.read(hold.from, readers.outbox.ends(), hold.turn);
        var bounds = new TreeMap<Integer, Bounds>();
        broken = bounds(stretches, seen, bounds);
        if (broken.isEmpty()) {
          return new Legacy(connection, bounds, i);
        }
      } catch (UnalignedException | SQLException | InterruptedException | RuntimeException e) {
        connection.close();
        throw e;
      }
      connection.close();
    }
    throw new UnalignedException(
        "none of " + MOST_SNAPSHOTS + " snapshots of the legacy store is of a position: " + broken);
  }

  /// Everything that a snapshot taken before saw is in the outbox, once this returns.
  ///
  /// @return the epoch that transaction ids are of
  private int awaitCaptured(Readers readers, Hold hold)
      throws SQLException, UnalignedException, InterruptedException {
    Lsn mark;
    try (Connection connection = sides.legacy().connect()) {
      mark = ReplicationState.mark(connection, "comparison of invariants");
    }
    hold.turn.await(
        () -> {
          CaptureState state = readers.capture.read();
          var unproven = state.unproven();
          if (unproven != null) {
            throw new UnalignedException("what was captured is not proven: " + unproven.reason());
          }
          var source = state.source();
          Lsn proven = source == null ? null : source.proven();
          return proven != null && !mark.isAfter(proven);
        },
        () ->
            "capture has not passed log position "
                + mark
                + " of the legacy store; fix: tandem status says whether it runs");
    return readers.capture.read().epoch();
  }

  /// @return why they are none, empty if they are
  private static String bounds(
      SortedMap<Integer, Stretch> stretches, Seen seen, Map<Integer, Bounds> into) {
    for (var each : stretches.entrySet()) {
      switch (PrefixRule.of(each.getValue(), seen)) {
        case Prefix.At(var bounds) -> into.put(each.getKey(), bounds);
        case Prefix.Broken(var unseen, var visible) -> {
          return ("in partition %d transaction %d was captured before it was visible, and %d"
                  + " behind it was visible")
              .formatted(each.getKey(), unseen, visible);
        }
      }
    }
    return "";
  }

  private void awaitApplied(Readers readers, Legacy legacy, Hold hold)
      throws SQLException, UnalignedException, InterruptedException {
    try (Connection target = sides.target().connect()) {
      hold.turn.await(
          () -> wanting(Standing.read(target, sides), readers, legacy, hold.turn).isEmpty(),
          () ->
              "the target has not come to where the legacy store is: "
                  + wanting(Standing.read(target, sides), readers, legacy, hold.turn)
                  + "; fix: tandem lag says whether translate and apply run and how far they are"
                  + " behind; allow more with --hold");
    }
  }

  /// Which partition does not stand where the snapshot is, and why; empty if all do.
  private static String wanting(
      SortedMap<Integer, Standing> standing, Readers readers, Legacy legacy, Turn turn) {
    for (var each : legacy.bounds.entrySet()) {
      int partition = each.getKey();
      Bounds bounds = each.getValue();
      Standing found = standing.get(partition);
      if (found == null) {
        return "partition " + partition + " has no checkpoint";
      }
      boolean stands =
          found.settled()
              && (bounds.hold(found.watermark())
                  || found.watermark() <= bounds.most()
                      && readers.contract.isBeyond(partition, found, bounds.most(), turn));
      if (!stands) {
        return "partition %d stands at outbox offset %d%s, expected from %d to %d"
            .formatted(
                partition,
                found.watermark(),
                found.settled() ? "" : ", within a transaction",
                bounds.least(),
                bounds.most());
      }
    }
    return "";
  }

  /// In the snapshot that the queries will be asked in.
  private void check(
      SortedMap<Integer, Standing> standing, Readers readers, Legacy legacy, Turn turn)
      throws UnalignedException, SQLException {
    String wanting = wanting(standing, readers, legacy, turn);
    if (!wanting.isEmpty()) {
      if (turn.isOver()) {
        throw new UnalignedException(
            "the time in which apply may be held is over; fix: allow more with --hold");
      }
      throw new UnalignedException("the target moved on although it was held: " + wanting);
    }
    try (Connection target = sides.target().connect()) {
      var topics = sides.live().topics();
      int live =
          GenerationTable.read(target, topics.migration()).live(sides.live().name()).number();
      if (live != sides.live().generation()) {
        throw new UnalignedException("generation " + live + " was promoted meanwhile");
      }
    }
  }
}
