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

/// What sweeps have shown of aggregates and the stream never told, since the last transaction's
/// end, and what the stream has told since of those that a verification had shown. Not thread-safe.
final class Shown {
  private static final int GHOSTS = 2;
  private static final int LOSSES = 3;
  private static final int VERIFIED = 4;
  private static final int TOLD = 6;
  private final SavedKeys ghosts;
  private final SavedKeys losses;

  /// Those of both that a verification has shown.
  private final SavedKeys verified;

  /// Those of which translation knows the root by now.
  private final SavedKeys told;

  Shown(SortedBytes store) {
    ghosts = new SavedKeys(store, GHOSTS);
    losses = new SavedKeys(store, LOSSES);
    verified = new SavedKeys(store, VERIFIED);
    told = new SavedKeys(store, TOLD);
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

  /// A change tells the root whole of one that a verification had shown.
  void tell(StateKey aggregate) {
    told.add(aggregate);
  }

  boolean isTold(StateKey aggregate) {
    return told.contains(aggregate);
  }

  /// What was shown of an aggregate; null if nothing.
  @Nullable Surprise of(StateKey aggregate, End end) {
    Kind kind =
        ghosts.contains(aggregate)
            ? Kind.GHOST
            : losses.contains(aggregate) ? Kind.CAPTURE_LOSS : null;
    return kind == null ? null : new Surprise(end.offset(), kind);
  }

  /// By what it was shown.
  ShownBy by(StateKey aggregate) {
    return verified.contains(aggregate) ? ShownBy.VERIFICATION : ShownBy.BACKFILL;
  }

  /// Everybody has had his turn.
  void forget() {
    ghosts.takeAll();
    losses.takeAll();
    verified.takeAll();
    told.takeAll();
  }

  void save() {
    ghosts.save();
    losses.save();
    verified.save();
    told.save();
  }
}
