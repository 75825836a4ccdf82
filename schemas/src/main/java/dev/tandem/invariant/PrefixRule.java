package dev.tandem.invariant;

import dev.tandem.position.Snapshot;
import java.util.List;

/// Where the target has to stand to hold just what a snapshot of the legacy store saw.
///
/// A partition's outbox holds its transactions in commit order. Those that the snapshot saw have to
/// be its first: then the target stands where the snapshot does, once it has all of them and none
/// behind. That is asked of each partition by itself, for each row comes from one. A transaction
/// can be captured before it is visible, while one that committed after it is visible already; then
/// no position is that of the snapshot, and another one has to be taken.
public final class PrefixRule {
  /// Before the first offset.
  public static final long NONE = -1;

  private PrefixRule() {}

  /// One transaction in one partition.
  ///
  /// @param first offset of its first record there
  /// @param last offset of its last record there
  public record Captured(int epoch, long xid, long first, long last) {}

  /// What was captured in one partition, in order. All before it is known to be visible.
  ///
  /// @param end offset behind it: whatever the snapshot saw stands before
  public record Stretch(long end, List<Captured> transactions) {
    public Stretch {
      transactions = List.copyOf(transactions);
    }
  }

  /// What a snapshot saw.
  ///
  /// @param epoch that its transaction ids are of
  public record Seen(int epoch, Snapshot snapshot) {
    private boolean sees(Captured transaction) {
      return transaction.epoch < epoch
          || transaction.epoch == epoch && snapshot.sees(transaction.xid);
    }
  }

  /// Where one partition of the target may stand.
  ///
  /// @param least outbox offset that its watermark has to have reached, [#NONE] where any will do
  /// @param most that it must not have passed
  public record Bounds(long least, long most) {
    public boolean hold(long watermark) {
      return least <= watermark && watermark <= most;
    }
  }

  /// Whether the snapshot is one of a position.
  public sealed interface Prefix {
    record At(Bounds bounds) implements Prefix {}

    /// @param unseen transaction that stands before one that the snapshot saw
    record Broken(long unseen, long seen) implements Prefix {}
  }

  public static Prefix of(Stretch stretch, Seen seen) {
    long least = NONE;
    Captured unseen = null;
    for (Captured each : stretch.transactions) {
      if (!seen.sees(each)) {
        unseen = unseen == null ? each : unseen;
      } else if (unseen != null) {
        return new Prefix.Broken(unseen.xid, each.xid);
      } else {
        least = each.last;
      }
    }
    return new Prefix.At(new Bounds(least, (unseen == null ? stretch.end : unseen.first) - 1));
  }
}
