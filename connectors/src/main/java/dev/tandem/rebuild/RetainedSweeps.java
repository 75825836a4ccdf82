package dev.tandem.rebuild;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Marker;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The sweeps that stand whole in what was met. Rows of a sweep that began earlier may be gone,
/// and so may changes that a sweep did not see: behind its beginning it says which transactions
/// have to be visible to it, and at its end its oldest snapshot (C15).
public final class RetainedSweeps {
  private static final long UNKNOWN = Long.MAX_VALUE;
  private final Set<TableId> missing;

  /// The first transaction that need not be visible, by table and sweep.
  private final Map<String, Long> begun = new HashMap<>();

  private final Map<TableId, TableId> named;

  /// @param named tables by every name that each has or had
  RetainedSweeps(Map<TableId, TableId> named) {
    this.named = Map.copyOf(named);
    missing = new TreeSet<>(named.values());
  }

  public static RetainedSweeps of(DomainPlan domain) {
    var named = new HashMap<TableId, TableId>();
    domain.entities().stream()
        .flatMap(EntityPlan::sources)
        .forEach(
            source -> {
              named.put(source.table(), source.table());
              source.names().formerly().forEach(name -> named.put(name, source.table()));
            });
    return new RetainedSweeps(named);
  }

  public void meet(Marker marker) {
    TableId table = marker.table() == null ? null : named.get(marker.table());
    if (table == null) {
      return;
    }
    switch (marker.kind()) {
      case SWEEP_STARTED -> begun.merge(sweep(table, marker), UNKNOWN, (_, _) -> wanted(marker));
      case SWEEP_ENDED -> {
        Snapshot oldest = marker.snapshot();
        long wanted = begun.getOrDefault(sweep(table, marker), UNKNOWN);
        if (oldest != null && oldest.xmin() >= wanted) {
          missing.remove(table);
        }
      }
      case HORIZON, EPOCH, VERIFICATION_ENDED -> {
        // They say nothing of a sweep that is loaded.
      }
    }
  }

  private static String sweep(TableId table, Marker marker) {
    return table + " " + marker.sweep();
  }

  private static long wanted(Marker marker) {
    Snapshot wanted = marker.snapshot();
    return wanted == null ? UNKNOWN : wanted.xmax();
  }

  public boolean isWhole() {
    return missing.isEmpty();
  }

  /// Those of which no sweep stands whole.
  Set<TableId> tables() {
    return missing;
  }
}
