package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.EntityState.Surprise;
import dev.tandem.reconcile.Version.Status;
import dev.tandem.wire.Divergence.Kind;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which verdict it is. The rules, in this order; the first that holds decides:
///
/// 1. a value of either side is not known: unknown;
/// 2. the mapping refused the legacy rows: untranslatable;
/// 3. both sides have the same content, or both have none: in sync;
/// 4. a sweep showed what the stream never told: ghost or capture loss;
/// 5. the target refused the record that is expected, or a later one; or, where nobody knows which
///    change came last, whatever it refused, if it has not changed since: unappliable;
/// 6. on the target only: it bears the identity of another entity, which there is: duplicate; it
///    was deleted on the legacy side, the target was never in sync with that, and nobody but apply
///    has written it since (all of it is still there, or a part): ghost; else unexpected;
/// 7. on the legacy side only, and on both: another transaction than apply's wrote the target last:
///    foreign write; the target has not changed since the legacy side did: lost write; it is what
///    was expected before: regressed; else missing, or a mismatch of fields.
///
/// Positions alone decide, no timer takes part (DESIGN invariant 5).
final class VerdictRules {
  private VerdictRules() {}

  /// Both sides of an entity at V.
  ///
  /// @param expected null if the entity was never expected
  /// @param observed null if it was never observed
  /// @param state what else is known of it
  /// @param known what is known beside them
  record Sides(
      @Nullable Version expected, @Nullable Version observed, EntityState state, Known known) {
    byte @Nullable [] wanted() {
      return expected == null ? null : expected.content();
    }

    byte @Nullable [] found() {
      return observed == null ? null : observed.content();
    }

    boolean isForeign() {
      return observed != null && observed.status() == Status.FOREIGN;
    }

    /// Whether the target holds what was expected before.
    boolean wasExpected() {
      return state.wasExpected(found(), known.hash);
    }

    /// Whether it bears the identity of an entity that there is.
    boolean isDuplicate() {
      StateKey claimed = state.claimed;
      return claimed != null && known.isExpected.test(claimed);
    }

    /// Whether the legacy side has changed, and the target has not since. It has if it was in sync
    /// with that very change, and went back.
    boolean isUntouchedSince() {
      return isUnheard()
          && (observed == null || (expected != null && observed.at() < expected.at()));
    }

    /// Whether what is expected is what the target refused at a position. The first look at
    /// everything sees no single change, and may see later than translation did what was refused.
    boolean isRefused(long at) {
      boolean first = expected != null && expected.at() <= known.base;
      return expected == null
          || at >= expected.at()
          || first && (observed == null || observed.at() <= at);
    }

    /// Whether the legacy side has changed, and the target was not in sync with that change yet.
    boolean isUnheard() {
      return expected != null && expected.at() > known.base && expected.at() != state.agreed;
    }
  }

  /// @param base outbox position up to which nobody knows which change came last
  /// @param hash of what is only known again
  /// @param isExpected whether there is an entity on the legacy side
  record Known(long base, SipHash hash, Predicate<StateKey> isExpected) {}

  static Verdict judge(Sides sides) {
    Version expected = sides.expected;
    if (isUnknown(expected) || isUnknown(sides.observed)) {
      return new Verdict.Unknown();
    }
    if (expected != null && expected.status() == Status.REFUSED) {
      return new Verdict.Untranslatable(expected.note());
    }
    if (Arrays.equals(sides.wanted(), sides.found())) {
      return new Verdict.InSync();
    }
    var surprise = sides.state.surprise;
    if (surprise != null) {
      return shown(surprise, sides.wanted());
    }
    var refusal = sides.state.refusal;
    if (refusal != null && sides.isRefused(refusal.at())) {
      return new Verdict.Unappliable(refusal.reason());
    }
    return sides.wanted() == null ? onTargetOnly(sides) : expected(sides);
  }

  private static boolean isUnknown(@Nullable Version version) {
    return version != null && version.status() == Status.UNKNOWN;
  }

  private static Verdict onTargetOnly(Sides sides) {
    if (sides.isDuplicate()) {
      return new Verdict.Duplicate();
    }
    boolean ghost = sides.isUntouchedSince() || (sides.isUnheard() && !sides.isForeign());
    return ghost ? new Verdict.Ghost(Verdict.DELETE) : new Verdict.Unexpected();
  }

  /// What a sweep showed. Of a ghost whose entity lives a row of its lists is gone, and the entity
  /// is written without it.
  ///
  /// @param wanted what is expected then, null for nothing
  static Verdict shown(Surprise surprise, byte @Nullable [] wanted) {
    String remedy = wanted == null ? Verdict.DELETE : Verdict.WRITE;
    return surprise.kind() == Kind.GHOST
        ? new Verdict.Ghost(remedy)
        : new Verdict.CaptureLoss(remedy);
  }

  private static Verdict expected(Sides sides) {
    if (sides.isForeign()) {
      return new Verdict.ForeignWrite();
    }
    if (sides.isUntouchedSince()) {
      return new Verdict.LostWrite();
    }
    if (sides.found() == null) {
      return sides.observed != null && sides.wasExpected()
          ? new Verdict.Regressed()
          : new Verdict.Missing();
    }
    return sides.wasExpected() ? new Verdict.Regressed() : new Verdict.FieldMismatch();
  }
}
