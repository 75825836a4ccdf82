package dev.tandem.position;

import org.jspecify.annotations.Nullable;

/// The rule by which swept rows and streamed changes merge (DESIGN invariant 7).
///
/// 1. A swept row is dropped if the last change kept for that row came from a transaction that the
///    snapshot did not see (but it fills the columns that the kept row does not know).
/// 2. A change is dropped if it came from a transaction that the kept swept row had seen.
/// 3. Of two swept rows the one with the newer snapshot stays.
/// 4. A newer source epoch wins over an older one.
public final class Visibility {
  private Visibility() {}

  /// What to do with something that arrives for a row.
  public enum Decision {
    /// It becomes the row.
    TAKE,
    /// The row stays, and its unknown columns are filled from what arrived.
    FILL,
    /// The row stays as it is.
    DROP
  }

  public static Decision change(@Nullable Provenance kept, int epoch, long xid) {
    return switch (kept) {
      case null -> Decision.TAKE;
      case Provenance p when p.epoch() != epoch ->
          p.epoch() < epoch ? Decision.TAKE : Decision.DROP;
      case Provenance.ByChange _ -> Decision.TAKE;
      case Provenance.BySweep(_, var snapshot) ->
          snapshot.sees(xid) ? Decision.DROP : Decision.TAKE;
    };
  }

  public static Decision swept(@Nullable Provenance kept, int epoch, Snapshot snapshot) {
    return switch (kept) {
      case null -> Decision.TAKE;
      case Provenance p when p.epoch() != epoch ->
          p.epoch() < epoch ? Decision.TAKE : Decision.DROP;
      case Provenance.ByChange(_, var xid) -> snapshot.sees(xid) ? Decision.TAKE : Decision.FILL;
      case Provenance.BySweep(_, var earlier) ->
          snapshot.includes(earlier) ? Decision.TAKE : Decision.DROP;
    };
  }
}
