package dev.tandem.reconcile;

import dev.tandem.image.Image;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.SavedKeys;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.EntityState.ShownBy;
import dev.tandem.reconcile.EntityState.Surprise;
import dev.tandem.wire.Divergence.Kind;
import org.jspecify.annotations.Nullable;

/// What sweeps have shown of aggregates, and the stream never told, since the last transaction's
/// end. Not thread-safe.
final class Shown {
  private static final int GHOSTS = 2;
  private static final int LOSSES = 3;
  private static final int VERIFIED = 4;
  private final SavedKeys ghosts;
  private final SavedKeys losses;

  /// Those of both that a verification has shown.
  private final SavedKeys verified;

  Shown(SortedBytes store) {
    ghosts = new SavedKeys(store, GHOSTS);
    losses = new SavedKeys(store, LOSSES);
    verified = new SavedKeys(store, VERIFIED);
  }

  void add(StateKey aggregate, Image.Surprise surprise, ShownBy by) {
    (surprise == Image.Surprise.GHOST ? ghosts : losses).add(aggregate);
    if (by == ShownBy.VERIFICATION) {
      verified.add(aggregate);
    }
  }

  /// Whether a row of some is gone.
  boolean hasGhosts() {
    return !ghosts.isEmpty();
  }

  /// What was shown of an aggregate; null if nothing.
  @Nullable Surprise of(StateKey aggregate, End end) {
    Kind kind =
        ghosts.contains(aggregate)
            ? Kind.GHOST
            : losses.contains(aggregate) ? Kind.CAPTURE_LOSS : null;
    if (kind == null) {
      return null;
    }
    var by = verified.contains(aggregate) ? ShownBy.VERIFICATION : ShownBy.BACKFILL;
    return new Surprise(end.offset(), kind, by);
  }

  /// Everybody has had his turn.
  void forget() {
    ghosts.takeAll();
    losses.takeAll();
    verified.takeAll();
  }

  void save() {
    ghosts.save();
    losses.save();
    verified.save();
  }
}
