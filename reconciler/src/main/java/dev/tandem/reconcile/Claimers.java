package dev.tandem.reconcile;

import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The entities that are open as a duplicate, or as nothing that the legacy side explains, and
/// whose row bears the identity of another: which of both they are changes when that one comes or
/// goes, though nothing has happened to them. In a store at once, as [OpenEntities] are. Not
/// thread-safe.
final class Claimers {
  private static final byte PREFIX = 8;
  private final ByEntity store;
  private final Map<StateKey, StateKey> claimed = new HashMap<>();
  private final Map<StateKey, Set<StateKey>> claimers = new HashMap<>();

  Claimers(SortedBytes store) {
    this.store = new ByEntity(store, PREFIX);
    this.store.each((claimer, of) -> keep(claimer, new StateKey(of)));
  }

  /// Those that bear the identity of an entity.
  List<StateKey> of(StateKey entity) {
    return claimers.isEmpty() ? List.of() : List.copyOf(claimers.getOrDefault(entity, Set.of()));
  }

  /// @param of whose identity it bears, null if it is none of these
  void put(StateKey claimer, @Nullable StateKey of) {
    StateKey before = claimed.get(claimer);
    if (of == null ? before == null : of.equals(before)) {
      return;
    }
    if (before != null) {
      claimed.remove(claimer);
      claimers.computeIfPresent(
          before, (_, some) -> some.remove(claimer) && some.isEmpty() ? null : some);
    }
    if (of == null) {
      store.delete(claimer);
    } else {
      keep(claimer, of);
      store.put(claimer, of.bytes());
    }
  }

  private void keep(StateKey claimer, StateKey of) {
    claimed.put(claimer, of);
    claimers.computeIfAbsent(of, _ -> new LinkedHashSet<>()).add(claimer);
  }
}
