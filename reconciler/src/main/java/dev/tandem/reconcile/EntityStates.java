package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The entities of one partition, by [EntityForm#key]. What is changed is in memory until [#save()]
/// or until much of it has come together, so that an entity which is expected, observed and judged
/// is written once. Not thread-safe.
final class EntityStates {
  private static final int HELD = 20_000;
  private final SortedBytes store;
  private final VersionChunks chunks;
  private final ByteSink out = new ByteSink();

  /// Newer than the store; empty for one that is gone.
  private final Map<StateKey, Optional<EntityState>> held = new HashMap<>();

  EntityStates(SortedBytes store, VersionChunks chunks) {
    this.store = store;
    this.chunks = chunks;
  }

  /// The state of an entity, null if nothing is known of it. It is shared: change it only to put
  /// it.
  @Nullable EntityState get(StateKey key) {
    Optional<EntityState> newer = held.get(key);
    if (newer != null) {
      return newer.orElse(null);
    }
    byte[] bytes = store.get(key.bytes());
    return bytes == null ? null : EntityState.decode(bytes);
  }

  EntityState getOrNew(StateKey key) {
    EntityState state = get(key);
    return state == null ? new EntityState() : state;
  }

  /// Keeps a state, or forgets it where nothing is left to know.
  void put(StateKey key, EntityState state) {
    if (held.size() >= HELD && !held.containsKey(key)) {
      save();
    }
    held.put(key, state.isGone() ? Optional.empty() : Optional.of(state));
  }

  void save() {
    held.forEach(
        (key, state) ->
            state.ifPresentOrElse(it -> save(key, it), () -> store.delete(key.bytes())));
    held.clear();
  }

  private void save(StateKey key, EntityState state) {
    state.expected.spill(chunks.expected(key));
    state.observed.spill(chunks.observed(key));
    store.put(key.bytes(), state.encode(out));
  }

  /// V has come to `position`: forgets what no later verdict can ask for. To be called before what
  /// stands at V is asked for.
  void reach(long position, StateKey key, EntityState state) {
    state.expected.forgetBefore(position, chunks.expected(key)).forEach(state::past);
    state.observed.forgetBefore(position, chunks.observed(key));
  }

  /// Visits the keys behind `cursor` (all, if it is null), in order, until the visitor answers
  /// false.
  void scan(@Nullable StateKey cursor, Predicate<StateKey> visitor) {
    save();
    store.scan(
        cursor == null ? new byte[0] : cursor.with(0).bytes(),
        (key, _) -> visitor.test(new StateKey(key)));
  }
}
