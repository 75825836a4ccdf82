package dev.tandem.apply;

import dev.tandem.apply.ApplyStatus.State;
import dev.tandem.apply.CheckpointTable.Checkpoint;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One assigned partition: takes it over, applies what is queued, and finds out what happened when
/// its checkpoint is not as it left it.
///
/// `run` is called by one thread at a time; the other methods by the reader's thread or any.
final class PartitionWork {
  /// What this partition needs from the runner.
  interface Reader {
    /// Reads the partition from an offset on; what was queued before is void.
    void readFrom(PartitionWork work, long offset);
  }

  /// Parts shared by the partitions of a domain that belong to one writer.
  record Tools(
      TargetSession session,
      BatchApplier applier,
      TakeOver takeOver,
      CheckpointTable checkpoints) {}

  private final int partition;
  private final BatchPlan plan;
  private final Pacing pacing;
  private final Reader reader;
  private final PartitionQueue queue = new PartitionQueue();
  private volatile State state = State.TAKING_OVER;
  private volatile String waiting = "";
  private volatile @Nullable Cursor cursor;
  /// Reader's position as far as everything before it is queued, -1 if not known.
  private volatile long position = -1;
  private volatile boolean auditDue;
  private volatile boolean dropped;
  private volatile long fencedAt;

  /// Null where it may go on.
  private volatile @Nullable Hold hold;

  private volatile long lookedAt;

  /// @param pacing asked while the tables stand beside those of the spec
  PartitionWork(int partition, BatchPlan plan, Pacing pacing, Reader reader) {
    this.partition = partition;
    this.plan = plan;
    this.pacing = pacing;
    this.reader = reader;
  }

  int partition() {
    return partition;
  }

  PartitionQueue queue() {
    return queue;
  }

  State state() {
    return state;
  }

  void waiting(String reason) {
    waiting = reason;
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /// Everything before `offset` has been queued.
  void readTo(long offset) {
    position = offset;
  }

  /// Assigned no longer: no further work is begun; what is under way is judged by the checkpoint.
  void drop() {
    dropped = true;
    queue.clear();
  }

  boolean isDropped() {
    return dropped;
  }

  void auditSoon() {
    if (state == State.APPLYING) {
      auditDue = true;
    }
  }

  /// Whether the reader has something for this partition to do.
  boolean hasWork() {
    return switch (state) {
      case TAKING_OVER -> cursor == null || auditDue;
      case APPLYING -> auditDue || (queue.hasUpTo(most()) || canPassGap()) && isAdmitted();
      case FENCED -> false;
    };
  }

  /// What is applied to the tables of the spec waits for nobody.
  private boolean isAdmitted() {
    return !isBeside() || pacing.admits();
  }

  private boolean isBeside() {
    Cursor held = cursor;
    return held != null && !held.held().place().isOfSpec();
  }

  /// Looks soon whether what holds it has ended, or lets it go further.
  void lookAtHoldAfter(Duration pause) {
    if (hold != null && System.nanoTime() - lookedAt > pause.toNanos()) {
      lookedAt = System.nanoTime();
      auditSoon();
    }
  }

  private long most() {
    Hold held = hold;
    return held == null ? Long.MAX_VALUE : held.at();
  }

  /// A partition that is still assigned to this instance long after another has taken it over is
  /// taken back: else, after two quick changes of hands, nobody would work it.
  void retakeAfter(Duration pause) {
    if (state == State.FENCED && System.nanoTime() - fencedAt > pause.toNanos()) {
      state = State.TAKING_OVER;
      auditDue = true;
    }
  }

  /// What was read is void (its offset is out of the log's range): takes over again.
  void startAgain() {
    state = State.TAKING_OVER;
    auditDue = true;
  }

  /// The reader stands where the take-over wanted it; what it queued from elsewhere is void.
  void reading() {
    if (state == State.TAKING_OVER) {
      queue.clear();
      position = -1;
      state = State.APPLYING;
    }
  }

  /// Does one piece of work.
  ///
  /// @throws SQLException of a kind that is to be retried
  void run(Tools tools) throws SQLException {
    Cursor held = cursor;
    if (state == State.TAKING_OVER) {
      takeOver(tools, held == null ? 0 : held.held().epoch());
    } else if (state == State.APPLYING && held != null) {
      work(tools, held);
    }
  }

  private void takeOver(Tools tools, long former) throws SQLException {
    auditDue = false;
    var taken = tools.takeOver().take(tools.session(), partition, former);
    cursor = new Cursor(partition, taken.checkpoint());
    reader.readFrom(this, taken.from());
  }

  private void work(Tools tools, Cursor held) throws SQLException {
    try {
      if (auditDue) {
        auditDue = false;
        adopt(tools, held);
      }
      if (state == State.APPLYING && isAdmitted()) {
        write(tools, held);
      }
    } catch (BatchApplier.NotHeldException _) {
      adopt(tools, held);
    }
  }

  private void write(Tools tools, Cursor held) throws SQLException {
    boolean beside = isBeside();
    List<Incoming> batch = queue.next(beside ? pacing.within(plan) : plan, most());
    if (beside) {
      pacing.takes(batch.size());
    }
    if (!batch.isEmpty()) {
      apply(tools, held, batch);
    } else if (canPassGap()) {
      passGap(tools, held);
    }
  }

  private void apply(Tools tools, Cursor held, List<Incoming> batch) throws SQLException {
    try {
      tools.applier().apply(tools.session(), held, batch, () -> end(tools));
    } finally {
      queue.pass(held.mark().contractOffset());
    }
    waiting = "";
  }

  private long end(Tools tools) {
    return tools.takeOver().topic().end(partition);
  }

  private boolean canPassGap() {
    Cursor held = cursor;
    if (held == null || queue.size() > 0) {
      return false;
    }
    Mark next = WatermarkRule.atPosition(held.mark(), position);
    return !held.mark().equals(next) && next.watermark() <= most();
  }

  private void passGap(Tools tools, Cursor held) throws SQLException {
    Mark next = WatermarkRule.atPosition(held.mark(), position);
    var move = new CheckpointTable.Move(held.held(), next, next.watermark());
    tools
        .session()
        .transaction(
            s -> {
              if (!tools.checkpoints().compareAndSet(s, partition, move)) {
                throw new BatchApplier.NotHeldException();
              }
              return next;
            });
    held.advance(next);
  }

  /// Compares with the checkpoint row, and follows it; also as far as it is held.
  ///
  /// - as held: nothing;
  /// - another's epoch, and the tables were moved since: this instance takes over again, and learns
  ///   where they stand;
  /// - another's epoch: fenced;
  /// - our epoch, further on: a commit of ours whose answer was lost;
  /// - our epoch or an older one, further back, or no row: the target was restored; apply goes on
  ///   from there.
  private void adopt(Tools tools, Cursor held) throws SQLException {
    String id = tools.takeOver().topic().id(tools.takeOver().domain().partitions());
    Optional<Checkpoint> found =
        tools
            .session()
            .transaction(
                s -> {
                  hold = tools.checkpoints().hold(s, partition).orElse(null);
                  return tools.checkpoints().read(s, partition);
                });
    Checkpoint mine = held.held();
    if (found.isPresent() && !found.get().place().equals(mine.place())) {
      startAgain();
      return;
    }
    if (found.isPresent() && found.get().epoch() > mine.epoch()) {
      fencedAt = System.nanoTime();
      state = State.FENCED;
      queue.clear();
      return;
    }
    boolean ours = found.isPresent() && found.get().epoch() == mine.epoch();
    if (ours && found.get().mark().contractOffset() > mine.mark().contractOffset()) {
      held.advance(found.get().mark());
      queue.pass(held.mark().contractOffset());
    } else if (!ours || !found.get().mark().equals(mine.mark()) || !id.equals(mine.topicId())) {
      startAgain();
    }
  }

  ApplyStatus.Partition status() {
    Cursor held = cursor;
    Hold by = hold;
    return new ApplyStatus.Partition(
        state,
        held == null ? Mark.START : held.mark(),
        queue.size(),
        waiting.isEmpty() && by != null ? by.reason() : waiting);
  }
}
