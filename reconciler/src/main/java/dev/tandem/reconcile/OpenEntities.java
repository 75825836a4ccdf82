package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.ReconcileListener.Found;
import dev.tandem.wire.Divergence.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The entities of which a divergence is open, each with what it was found to be. In a store at
/// once, so that it goes with the states that say so. Not thread-safe.
final class OpenEntities {
  private static final byte PREFIX = 2;
  private final ByEntity store;
  private final Map<StateKey, Found> open = new LinkedHashMap<>();
  private final Map<Found, Long> counts = new HashMap<>();

  /// What entities were found to be, each once, however many are: millions may be open.
  private final Map<Found, Found> known = new HashMap<>();

  /// The counts as they were last asked for; empty where they have changed since.
  private Map<Found, Long> told = Map.of();

  /// @param names of the entities' types
  OpenEntities(SortedBytes store, Function<StateKey, String> names) {
    this.store = new ByEntity(store, PREFIX);
    this.store.each(
        (key, value) -> {
          var in = new ByteSource(value);
          keep(key, new Found(names.apply(key), in.takeText(), Kind.valueOf(in.takeText())));
        });
  }

  Set<StateKey> keys() {
    return open.keySet();
  }

  /// How many are open of each type, tenant and kind.
  Map<Found, Long> counts() {
    if (told.isEmpty()) {
      told = Map.copyOf(counts);
    }
    return told;
  }

  void put(StateKey key, Found found) {
    if (found.equals(open.get(key))) {
      return;
    }
    keep(key, found);
    var out = new ByteSink();
    out.putText(found.tenant());
    out.putText(found.kind().name());
    store.put(key, out.toByteArray());
  }

  private void keep(StateKey key, Found found) {
    Found one = known.computeIfAbsent(found, it -> it);
    forget(open.put(key, one));
    counts.merge(one, 1L, Long::sum);
    told = Map.of();
  }

  void remove(StateKey key) {
    forget(open.remove(key));
    store.delete(key);
  }

  private void forget(@Nullable Found found) {
    if (found != null) {
      counts.computeIfPresent(found, (_, count) -> count == 1 ? null : count - 1);
      told = Map.of();
    }
  }

  /// Some of them, those that were longest not asked for: each is moved to the end.
  List<StateKey> next(int most) {
    var some = open.keySet().stream().limit(most).toList();
    some.forEach(key -> open.put(key, Objects.requireNonNull(open.remove(key))));
    return some;
  }
}
