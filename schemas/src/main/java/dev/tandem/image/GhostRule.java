package dev.tandem.image;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;

/// Mark and sweep (DESIGN invariant 8): which kept rows a complete sweep shows to be gone without a
/// captured deletion.
///
/// A row that the sweep met was taken from it, or was newer than the page that met it. So a kept
/// row is a ghost if what it was last kept for is visible in the sweep's oldest snapshot and is not
/// the sweep itself: a change that this snapshot saw, or a row of an earlier sweep. Everything of
/// an older source epoch is.
final class GhostRule {
  private GhostRule() {}

  /// @param oldest the oldest snapshot in which a page of the sweep was read
  static boolean isGhost(Provenance kept, int epoch, Snapshot oldest) {
    if (kept.epoch() != epoch) {
      return kept.epoch() < epoch;
    }
    return switch (kept) {
      case Provenance.ByChange(_, var xid) -> oldest.sees(xid);
      case Provenance.BySweep(_, var snapshot) -> !snapshot.includes(oldest);
    };
  }
}
