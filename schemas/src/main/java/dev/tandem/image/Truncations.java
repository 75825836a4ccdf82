package dev.tandem.image;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.util.HashMap;
import java.util.Map;

/// The memory that tables were truncated: a row of a truncated table read in a snapshot that did
/// not see the truncation is not there any more, though nothing is kept of it. Not thread-safe.
final class Truncations {
  private final Map<TableId, Merge.Author> last = new HashMap<>();

  void truncated(TableId table, Merge.Author author) {
    last.merge(table, author, Truncations::later);
  }

  private static Merge.Author later(Merge.Author one, Merge.Author other) {
    boolean first =
        one.epoch() > other.epoch() || one.epoch() == other.epoch() && one.xid() > other.xid();
    return first ? one : other;
  }

  boolean hides(TableId table, int epoch, Snapshot snapshot) {
    Merge.Author author = last.get(table);
    return author != null
        && (epoch < author.epoch() || epoch == author.epoch() && !snapshot.sees(author.xid()));
  }

  /// Forgets what every snapshot from `horizon` on has seen.
  void forget(int epoch, Snapshot horizon) {
    last.values()
        .removeIf(
            author ->
                author.epoch() < epoch || author.epoch() == epoch && author.xid() < horizon.xmin());
  }

  Map<TableId, Merge.Author> all() {
    return Map.copyOf(last);
  }
}
