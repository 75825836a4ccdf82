package dev.tandem.reconcile;

import dev.tandem.plan.Reconciliation;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.plan.Reconciliation.Policy;
import dev.tandem.plan.RepairBudget;
import dev.tandem.reconcile.EntityState.Open;
import dev.tandem.reconcile.EntityState.ShownBy;
import dev.tandem.wire.Divergence.Kind;
import java.util.HashMap;
import java.util.Map;

/// Decides what is repaired, and when (DESIGN: repairs have a budget and a brake).
///
/// - What the entity's policy says; what the legacy side does not have only if it says that orphans
///   are deleted; never what cannot be translated, nor what only a verification has shown, since
///   translation was not.
/// - Not what a change on its way will overwrite anyway.
/// - At most so many in a minute, and so many of one tenant ([BudgetShare]).
/// - Again, if it has not helped, after a pause that doubles, up to [#MOST_ATTEMPTS] times.
/// - Nothing at all while more than the brake's share of what was judged in a minute was found to
///   diverge newly: then the fault is systematic, and repairs would only spread it.
///
/// Times decide here how often something is tried, never whether two sides differ. Not thread-safe.
final class RepairDesk {
  static final int MOST_ATTEMPTS = 5;
  private static final long MINUTE = 60_000_000;
  private static final long FIRST_PAUSE = 15_000_000;

  /// Fewer than this are no sign of a systematic fault, whatever their share.
  private static final int FEW = 20;

  private final RepairBudget budget;
  private final BudgetShare share;
  private final Map<String, Integer> byTenant = new HashMap<>();

  /// Number of the minute; -1 before the first.
  private long minute = -1;

  private int asked;
  private long judged;
  private long opened;
  private boolean stopped;

  RepairDesk(RepairBudget budget, BudgetShare share) {
    this.budget = budget;
    this.share = share;
  }

  /// A verdict was reached.
  ///
  /// @param newly whether it opened a divergence
  void judged(Judged newly) {
    judged++;
    opened += newly == Judged.NEWLY_DIVERGENT ? 1 : 0;
  }

  enum Judged {
    AS_BEFORE,
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

  /// The share of judged entities that newly diverged since the minute began.
  double share() {
    return judged == 0 ? 0 : (double) opened / judged;
  }

  /// Time goes on. A new minute begins with its full budget; if the one before was calm, repairs go
  /// on.
  ///
  /// @param now microseconds since 1970-01-01T00:00Z
  /// @return whether the brake has changed
  boolean tick(long now) {
    boolean before = stopped;
    if (opened >= FEW && share() > budget.brake()) {
      stopped = true;
    }
    long number = now / MINUTE;
    if (minute < 0) {
      minute = number;
    } else if (number > minute) {
      if (opened < FEW || share() <= budget.brake()) {
        stopped = false;
      }
      minute = number;
      asked = 0;
      byTenant.clear();
      judged = 0;
      opened = 0;
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
        || (state.surprise != null && state.surprise.by() == ShownBy.VERIFICATION)) {
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
    return open.attempts() < MOST_ATTEMPTS
        && now - open.requestedAt() >= (open.attempts() == 0 ? 0 : FIRST_PAUSE << open.attempts());
  }
}
