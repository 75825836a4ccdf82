package dev.tandem.reconcile;

import dev.tandem.image.StateKey;
import dev.tandem.reconcile.EntityState.Open;
import dev.tandem.reconcile.EntityState.Surprise;
import dev.tandem.reconcile.Ledger.Outcome;
import dev.tandem.reconcile.RepairDesk.Judged;
import dev.tandem.wire.Divergence.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Judges entities at V, and draws the conclusions: in the ledger, for the brake of repairs, and by
/// asking for a repair. Not thread-safe.
final class Judge {
  private final Reconciler.Setting setting;
  private final Repairs.Books books;
  private final Repairs repairs;
  private final Reconciler.Surroundings around;

  Judge(
      Reconciler.Setting setting,
      Repairs.Books books,
      Repairs repairs,
      Reconciler.Surroundings around) {
    this.setting = setting;
    this.books = books;
    this.repairs = repairs;
    this.around = around;
  }

  /// V has reached an entity before anything is judged: what no verdict can ask for is not kept.
  void pass(StateKey key) {
    EntityState entity = books.states().get(key);
    if (entity != null) {
      books.states().reach(around.position().position(), key, entity);
      books.states().put(key, entity);
    }
  }

  /// And whoever bears its identity, where it has come or gone since.
  void judge(StateKey key) {
    judgeAlone(key);
    for (StateKey claimer : books.claimers().of(key)) {
      EntityState entity = books.states().get(claimer);
      if (entity != null && isOtherwise(entity, key)) {
        judgeAlone(claimer);
      }
    }
  }

  /// Whether something is open as a duplicate of an entity that there is not, or is open as what
  /// bears nobody's identity, and there is one.
  private boolean isOtherwise(EntityState claimer, StateKey claimed) {
    Open open = claimer.open;
    return open != null && isDuplicate(open) != isExpected(claimed, claimer.claimedHere);
  }

  private static boolean isDuplicate(Open open) {
    return open.kind() == Kind.DUPLICATE;
  }

  private void judgeAlone(StateKey key) {
    EntityState entity = books.states().get(key);
    if (entity == null) {
      return;
    }
    long v = around.position().position();
    books.states().reach(v, key, entity);
    if (entity.surprise != null && !around.first().isHistory(entity.surprise.at())) {
      tell(key, entity);
    }
    Verdict verdict =
        VerdictRules.judge(
            new VerdictRules.Sides(
                entity.expected.at(v),
                entity.observed.at(v),
                entity,
                new VerdictRules.Known(
                    around.first().base(),
                    setting.hash(),
                    claimed -> isExpected(claimed, entity.claimedHere))));
    conclude(key, entity, verdict);
    books.states().put(key, entity);
  }

  /// Whether there is an entity on the legacy side at V. Of what may be another partition's that is
  /// not known here, and a row that bears its identity is taken at its word.
  private boolean isExpected(StateKey key, boolean isHere) {
    EntityState entity = books.states().get(key);
    if (entity == null) {
      return !isHere;
    }
    long v = around.position().position();
    books.states().reach(v, key, entity);
    books.states().put(key, entity);
    Version version = entity.expected.at(v);
    return version != null && version.isPresent();
  }

  /// What a sweep has shown is told at once, however soon both sides agree again; what it has shown
  /// before anything was judged, when judging begins.
  void tell(StateKey key, EntityState entity) {
    Surprise surprise = entity.surprise;
    if (surprise != null && entity.open == null) {
      Version newest = entity.expected.newest();
      conclude(key, entity, VerdictRules.shown(surprise, newest == null ? null : newest.content()));
    }
  }

  private void conclude(StateKey key, EntityState entity, Verdict verdict) {
    String name = books.entities().of(key.bytes()).plan().name();
    Open before = entity.open;
    Outcome outcome = books.ledger().conclude(key, entity, verdict, around.position().position());
    around.listener().judged(name);
    Open now = entity.open;
    boolean claims = now != null && (isDuplicate(now) || now.kind() == Kind.UNEXPECTED);
    books.claimers().put(key, claims ? entity.claimed : null);
    repairs
        .desk()
        .judged(
            outcome == Outcome.OPENED
                ? Judged.NEWLY_DIVERGENT
                : now == null ? Judged.AGREED : Judged.STILL_DIVERGENT);
    switch (outcome) {
      case NOTHING -> {}
      case OPENED, CHANGED -> {
        Open open = entity.open;
        if (outcome == Outcome.OPENED && open != null) {
          around.listener().opened(name, entity.tenant, open.kind());
        }
        repairs.brake(time());
        repairs.repair(key, entity, around.position().position(), time());
      }
      case CLOSED -> {
        if (before != null) {
          around.listener().closed(name, entity.tenant, before.kind(), time() - before.openedAt());
        }
      }
    }
  }

  private long time() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, setting.clock().instant());
  }
}
