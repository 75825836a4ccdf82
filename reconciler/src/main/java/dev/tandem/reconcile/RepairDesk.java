package dev.tandem.reconcile;

import dev.tandem.plan.Reconciliation;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.plan.Reconciliation.Policy;
import dev.tandem.plan.RepairBudget;
import dev.tandem.reconcile.EntityState.Open;
import dev.tandem.wire.Divergence.Kind;
import java.util.HashMap;
import java.util.Map;

/// Decides what is repaired, and when (DESIGN: repairs have a budget and a brake).
///
/// - What the entity's policy says; what the legacy side does not have only if it says that orphans
///   are deleted, and the key says the partition ([dev.tandem.plan.DomainPlan]); never what cannot
///   be translated, nor what only a verification has shown, since translation was not: also where
///   both sides have agreed since.
/// - Not what a change on its way will overwrite anyway.
/// - At most so many in a minute, and so many of one tenant ([BudgetShare]).
/// - Again, if it has not helped, after a pause that doubles, up to [#MOST_ATTEMPTS] times.
/// - Nothing at all once more than the brake's share of what was judged in a minute was found to
///   diverge newly: then the fault is systematic, and repairs would only spread it. They go on when
///   enough was judged since, in whole minutes, and no more than that share of it still diverges;
///   that nothing was judged is no sign that the fault is gone.
///
/// Times decide here how often something is tried, never whether two sides differ. Not thread-safe.
final class RepairDesk {
  static final int MOST_ATTEMPTS = 5;
  private static final long MINUTE = 60_000_000;
  private static final long FIRST_PAUSE = 15_000_000;

  /// Fewer than this in a domain are no sign of a systematic fault, whatever their share; each
  /// partition has its part of it.
  private static final int FEW = 20;

  /// Fewer than this in a partition are none, however many partitions there are.
  private static final int HANDFUL = 5;

  private final RepairBudget budget;
  private final BudgetShare share;
  private final Map<String, Integer> byTenant = new HashMap<>();

  /// Number of the minute; -1 before the first.
  private long minute = -1;

  private int asked;
  private long judged;

  /// Of the verdicts since the minute began, those that opened a divergence.
  private long opened;

  /// And all that found one.
  private long divergent;
  private boolean stopped;

  RepairDesk(RepairBudget budget, BudgetShare share) {
    this.budget = budget;
    this.share = share;
  }

  /// A verdict was reached.
  void judged(Judged found) {
    judged++;
    switch (found) {
      case AGREED -> {}
      case STILL_DIVERGENT -> divergent++;
      case NEWLY_DIVERGENT -> {
        divergent++;
        opened++;
      }
    }
  }

  enum Judged {
    AGREED,
    STILL_DIVERGENT,
    NEWLY_DIVERGENT
  }

  /// Whether repairs have stopped by themselves.
  boolean isStopped() {
    return stopped;
  }

  /// Goes on as it was left at a restart.
  void resume(boolean wasStopped) {
    stopped = wasStopped;
  }

  /// Whether more than the brake allows of what was judged are such.
  private boolean isMuch(long such) {
    return such > budget.brake() * judged;
  }

  /// From how many entities on it is no handful.
  private int enough() {
    return Math.max(HANDFUL, FEW / share.partitions());
  }

  /// Time goes on. A new minute begins with its full budget; where repairs have stopped, and too
  /// few were judged to know better, what was judged counts on.
  ///
  /// @param now microseconds since 1970-01-01T00:00Z
  /// @return whether the brake has changed
  boolean tick(long now) {
    boolean before = stopped;
    if (opened >= enough() && isMuch(opened)) {
      stopped = true;
    }
    long number = now / MINUTE;
    if (minute < 0) {
      minute = number;
    } else if (number > minute) {
      minute = number;
      asked = 0;
      byTenant.clear();
      boolean isKnown = judged >= enough();
      if (isKnown && !isMuch(divergent)) {
        stopped = false;
      }
      if (isKnown || !stopped) {
        judged = 0;
        opened = 0;
        divergent = 0;
      }
    }
    return before != stopped;
  }

  /// Whether a divergence is to be repaired now; if so, it counts.
  ///
  /// @param v the position at which it was judged
  boolean take(EntityState state, Reconciliation policy, long v, long now) {
    Open open = state.open;
    if (open == null
        || stopped
        || state.contractKey == null
        || !isWanted(state, policy, v)
        || isOnItsWay(state, v)
        || !isTime(open, now)) {
      return false;
    }
    int ofTenant = byTenant.getOrDefault(state.tenant, 0);
    if (asked >= share.ofDomain(budget.perMinute(), minute)
        || ofTenant >= share.ofTenant(budget.perTenantPerMinute(), minute)) {
      return false;
    }
    asked++;
    byTenant.put(state.tenant, ofTenant + 1);
    return true;
  }

  private static boolean isWanted(EntityState state, Reconciliation policy, long v) {
    Open open = state.open;
    if (policy.policy() != Policy.REPAIR
        || open == null
        || open.kind() == Kind.UNTRANSLATABLE
        || state.withheld) {
      return false;
    }
    Version expected = state.expected.at(v);
    boolean deletes = expected == null || !expected.isPresent();
    return !deletes || policy.orphans() == Orphans.DELETE;
  }

  private static boolean isOnItsWay(EntityState state, long v) {
    Version newest = state.expected.newest();
    return newest != null && newest.at() > v;
  }

  private static boolean isTime(Open open, long now) {
    return open.attempts() < MOST_ATTEMPTS && isPauseOver(open, now);
  }

  private static boolean isPauseOver(Open open, long now) {
    return now - open.requestedAt() >= (open.attempts() == 0 ? 0 : FIRST_PAUSE << open.attempts());
  }

  /// Whether the last repair has not helped either, and nobody was told so yet. What cannot be
  /// translated by now has another remedy.
  static boolean isVain(Open open, long now) {
    return open.attempts() == MOST_ATTEMPTS
        && !open.givenUp()
        && open.kind() != Kind.UNTRANSLATABLE
        && isPauseOver(open, now);
  }
}
