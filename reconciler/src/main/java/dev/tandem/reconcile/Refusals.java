package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.reconcile.EntityState.Note;
import dev.tandem.reconcile.Version.Status;
import org.jspecify.annotations.Nullable;

/// How long it holds that the target refused what is expected of an entity.
///
/// While the mapping refuses the legacy rows, or a value of them is not known, nothing is
/// forwarded; nor is when they are again what they were before that. So what was refused before is
/// refused still, though what is expected has moved.
final class Refusals {
  private Refusals() {}

  /// The refusal that holds where V goes from one expectation to the next.
  ///
  /// @param state remembers `version` already, if it is one that was forwarded
  static @Nullable Note after(EntityState state, Version version, Version next, SipHash hash) {
    Note refusal = state.refusal;
    if (refusal == null || refusal.at() < version.at() || refusal.at() >= next.at()) {
      return refusal;
    }
    boolean holds =
        !isForwarded(next)
            || (!isForwarded(version) && state.wasLastExpected(next.content(), hash));
    return holds ? new Note(next.at(), refusal.reason()) : refusal;
  }

  private static boolean isForwarded(Version version) {
    return version.status() == Status.KNOWN;
  }
}
