package dev.tandem.capture;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the log's changes into records per strand, each transaction's last one marked (DESIGN
/// invariant 3). Of each strand one record is held back until the next one or the end of the
/// transaction shows whether it is the last:
///
/// ```
///            change                    change: the held one goes out unmarked
///   empty ───────────▶ one held back ───────────┐
///     ▲                    │  ▲                 │
///     └────────────────────┘  └─────────────────┘
///      end: it goes out marked
/// ```
///
/// A record held back is not written: [#written] never speaks of it (C7). What a redelivered
/// transaction has already written is dropped per strand. A change that can never be written goes
/// to the dead letters at once and is never held back, so that the mark falls on the last change
/// that is written. Behind the last record of a large transaction stand records that say nothing,
/// so many that whoever translates it need not do so at once; they go out with that record, and
/// only then. Used by one thread; after a failure it is thrown away, and a new one begins
/// from what Kafka holds.
final class TransactionAssembly {
  /// So many changes are translated at once: what they touch is seldom more than one step.
  static final int LARGE = 20_000;

  /// One change touches seldom more than one aggregate, and translation takes twice as many of them
  /// in a step.
  static final int CHANGES_PER_PAUSE = 10_000;

  /// Kafka Streams hands out some hundreds of records before it commits and hands out half as many:
  /// of those only the first gives time.
  static final int PAUSES = 1_000;

  /// How many rows a truncation takes away is not known here: it counts as so many changes.
  static final int TRUNCATED = 10_000_000;

  /// Turns a change into a record.
  interface Encoder {
    /// @throws UnfitException if the outbox can never take it
    byte[] encode(Routing.Target.Outbox target, CapturedChange change, ChangePosition position)
        throws UnfitException;

    /// A dead letter; null if it is one too many.
    byte @Nullable [] letter(
        Routing.Target.Refused target, CapturedChange change, ChangePosition position);

    /// What the outbox can take of a change that it cannot take whole; null if nothing.
    byte @Nullable [] remnant(
        Routing.Target.Outbox target, CapturedChange change, ChangePosition position);

    /// Marks an encoded change as the last of its transaction.
    void markLast(byte[] record);

    /// A record that says nothing; null where nobody needs it.
    byte @Nullable [] pause(int strand);
  }

  /// Takes records in order per strand.
  interface Outlet {
    void send(int strand, byte[] record);
  }

  @SuppressWarnings("ArrayRecordComponent") // held for a moment, compared by nobody
  private record Held(byte[] record, ChangePosition position) {}

  private final Routing routing;
  private final Encoder encoder;
  private final int epoch;
  private final @Nullable ChangePosition[] written;
  private final @Nullable Held[] held;
  private final List<Integer> holding = new ArrayList<>();

  /// Strands whose `written` has moved since they were last asked for.
  private final boolean[] moved;

  /// Changes of the open transaction by strand, those written before included, for which time is
  /// given behind it.
  private final int[] changes;

  private final Inserted inserted = new Inserted();

  /// End of the transaction before the one that is open; lower bound of its commit.
  private Lsn after;

  private Lsn lastLsn = Lsn.ZERO;
  private int ordinal;
  private long redelivered;

  /// @param from the slot's confirmed position, where the log begins to be read
  TransactionAssembly(Routing routing, Encoder encoder, CaptureState state, Lsn from) {
    this.routing = routing;
    this.encoder = encoder;
    this.epoch = state.epoch();
    this.after = from;
    int size = routing.strands().size();
    this.written = new ChangePosition[size];
    this.held = new Held[size];
    this.moved = new boolean[size];
    this.changes = new int[size];
    for (int i = 0; i < size; i++) {
      written[i] = state.written(routing.strands().name(i));
    }
  }

  /// A change that was read from several records of the log stands where the last of them does.
  ///
  /// @return where the change stands
  ChangePosition change(CapturedChange change, Outlet outlet) {
    ordinal = (change.lsn().equals(lastLsn) ? ordinal : -1) + change.records();
    lastLsn = change.lsn();
    var position = new ChangePosition(epoch, after, change.xid(), change.lsn(), ordinal);
    var refused = new ArrayList<Routing.Target.Refused>(0);
    for (Routing.Target target : routing.change(change, inserted)) {
      switch (target) {
        case Routing.Target.Outbox outbox -> {
          int before = changes[outbox.strand()];
          changes[outbox.strand()] =
              outbox.op() == Op.TRUNCATE ? Math.max(TRUNCATED, before) : before + 1;
          try {
            if (isNew(outbox, position)) {
              hold(outbox.strand(), encoder.encode(outbox, change, position), position, outlet);
            }
          } catch (UnfitException unfit) {
            var letter = routing.refused(outbox, unfit.reason());
            if (!refused.contains(letter)) { // two outboxes of one domain
              refused.add(letter);
            }
            byte[] remnant = encoder.remnant(outbox, change, position);
            if (remnant != null) {
              hold(outbox.strand(), remnant, position, outlet);
            }
          }
        }
        case Routing.Target.Refused no -> refused.add(no);
      }
    }
    park(refused, change, position, outlet);
    return position;
  }

  /// One change may make several dead letters in one strand, all at its position: what is new is
  /// decided before any of them is sent.
  private void park(
      List<Routing.Target.Refused> refused,
      CapturedChange change,
      ChangePosition position,
      Outlet outlet) {
    for (Routing.Target.Refused letter :
        refused.stream().filter(r -> isNew(r, position)).toList()) {
      byte[] record = encoder.letter(letter, change, position);
      if (record != null) {
        send(letter.strand(), record, position, outlet);
      }
    }
  }

  private boolean isNew(Routing.Target target, ChangePosition position) {
    ChangePosition before = written[target.strand()];
    boolean again = before != null && position.isContainedIn(before);
    if (again) {
      redelivered++;
    }
    return !again;
  }

  /// The open transaction has committed.
  ///
  /// @param end position after its commit
  void end(Lsn end, Outlet outlet) {
    inserted.clear();
    for (int strand : holding) {
      Held last = held[strand];
      if (last != null) {
        encoder.markLast(last.record);
        held[strand] = null;
        send(strand, last.record, last.position, outlet);
        pause(strand, outlet);
      }
    }
    holding.clear();
    Arrays.fill(changes, 0);
    after = end;
    lastLsn = Lsn.ZERO;
    ordinal = 0;
  }

  private void pause(int strand, Outlet outlet) {
    if (changes[strand] <= LARGE) {
      return;
    }
    byte[] pause = encoder.pause(strand);
    int count = PAUSES + changes[strand] / CHANGES_PER_PAUSE;
    for (int i = 0; pause != null && i < count; i++) {
      outlet.send(strand, pause);
    }
  }

  /// What has been written since this was last asked.
  List<CaptureState.Note> written() {
    var notes = new ArrayList<CaptureState.Note>();
    for (int i = 0; i < moved.length; i++) {
      ChangePosition last = written[i];
      if (moved[i] && last != null) {
        notes.add(new CaptureState.Note.Written(routing.strands().name(i), last));
        moved[i] = false;
      }
    }
    return notes;
  }

  /// How many records were dropped because they had been written before.
  long redelivered() {
    return redelivered;
  }

  private void hold(int strand, byte[] record, ChangePosition position, Outlet outlet) {
    Held before = held[strand];
    if (before == null) {
      holding.add(strand);
    } else {
      send(strand, before.record, before.position, outlet);
    }
    held[strand] = new Held(record, position);
  }

  private void send(int strand, byte[] record, ChangePosition position, Outlet outlet) {
    outlet.send(strand, record);
    written[strand] = position;
    moved[strand] = true;
  }
}
