package dev.tandem.reconcile;

import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Reconciliation.Policy;
import dev.tandem.reconcile.EntityState.Open;
import dev.tandem.reconcile.Reconciler.Outlet;
import dev.tandem.wire.RepairStop;

/// Asks for repairs as the [RepairDesk] decides, and says when its brake has changed. Not
/// thread-safe.
final class Repairs {
  /// Open divergences that are looked at in one round.
  private static final int MOST_AT_ONCE = 2_000;

  private final DomainPlan plan;
  private final int partition;
  private final Books books;
  private final Outlet outlet;
  private final ReconcileListener listener;
  private final RepairDesk desk;

  /// Where it stands what differs.
  record Books(Entities entities, EntityStates states, Ledger ledger, Claimers claimers) {}

  Repairs(Reconciler.Setting setting, Books books, Outlet outlet, ReconcileListener listener) {
    this.plan = setting.plan();
    this.partition = setting.partition();
    this.books = books;
    this.outlet = outlet;
    this.listener = listener;
    this.desk = new RepairDesk(plan.budget(), BudgetShare.of(plan, partition));
  }

  RepairDesk desk() {
    return desk;
  }

  /// Asks for the repair of an entity if it is its turn. Changes the state; its caller puts it.
  ///
  /// @return whether it has
  boolean repair(StateKey key, EntityState entity, long v, long time) {
    EntityPlan wanted = plan(key);
    Open open = entity.open;
    byte[] contractKey = entity.contractKey;
    if (open == null
        || contractKey == null
        || !desk.take(entity, plan.reconciliation(wanted), v, time)) {
      return false;
    }
    outlet.repair(contractKey);
    books.ledger.repairing(key, entity, v);
    listener.repaired(wanted.name(), entity.tenant, open.kind());
    return true;
  }

  /// Somebody else has asked for the repair of an entity: it is said, and counts in no budget,
  /// since who asks by hand has decided.
  void asked(byte[] contractKey, long v) {
    StateKey key = books.entities.byContractKey(contractKey);
    EntityState entity = key == null ? null : books.states.get(key);
    if (key != null && entity != null && entity.open != null) {
      books.ledger.asked(key, entity, v);
      books.states.put(key, entity);
      listener.repaired(plan(key).name(), entity.tenant, entity.open.kind());
    }
  }

  /// Asks for what has waited for its turn, or was not helped by a repair before.
  void round(long v, long time) {
    if (desk.isStopped()) {
      return;
    }
    for (StateKey key : books.ledger.open().next(MOST_AT_ONCE)) {
      boolean wanted = plan(key).reconciliation().policy() == Policy.REPAIR;
      EntityState entity = wanted ? books.states.get(key) : null;
      if (entity != null && (repair(key, entity, v, time) || abandon(key, entity, v, time))) {
        books.states.put(key, entity);
      }
    }
  }

  private boolean abandon(StateKey key, EntityState entity, long v, long time) {
    Open open = entity.open;
    boolean isVain = open != null && RepairDesk.isVain(open, time);
    if (isVain) {
      books.ledger.abandon(key, entity, v);
    }
    return isVain;
  }

  private EntityPlan plan(StateKey key) {
    return books.entities.of(key.bytes()).plan();
  }

  /// A generation beside the live one is never repaired, so its brake is nobody's concern.
  ///
  /// @param time microseconds since 1970-01-01T00:00Z
  void brake(long time) {
    if (!desk.tick(time) || plan.topics().isBeside()) {
      return;
    }
    String reason =
        desk.isStopped()
            ? "more than "
                + plan.budget().brake()
                + " of the entities judged within a minute have newly diverged, so the fault is"
                + " systematic; see the divergences, and mend mapping or target: repairs go on when"
                + " no more than that of what is judged diverges"
            : "";
    outlet.stop(new RepairStop(plan.name(), partition, desk.isStopped(), reason, time));
    listener.repairsStopped(partition, desk.isStopped());
  }
}
