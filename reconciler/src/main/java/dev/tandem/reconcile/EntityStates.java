package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.ByteSink;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.image.WriteBack;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The entities of one partition, by [EntityForm#key]. Not thread-safe.
final class EntityStates {
  private final SortedBytes store;
  private final VersionChunks chunks;
  private static final int WAITING = 20_000;
  private final WriteBack<EntityState> held;

  private final SipHash hash;

  /// @param hash of what is only known again
  EntityStates(SortedBytes store, VersionChunks chunks, SipHash hash) {
    this.store = store;
    this.hash = hash;
    this.chunks = chunks;
    held = new WriteBack<>(store, new Encoding(), WAITING);
  }

  /// The state of an entity, null if nothing is known of it. It is shared: change it only to put
  /// it.
  @Nullable EntityState get(StateKey key) {
    EntityState state = held.get(key);
    return state == null || state.isGone() ? null : state;
  }

  EntityState getOrNew(StateKey key) {
    EntityState state = get(key);
    return state == null ? new EntityState() : state;
  }

  /// Keeps a state, or forgets it where nothing is left to know.
  void put(StateKey key, EntityState state) {
    held.put(key, state);
  }

  void save() {
    held.save();
  }

  /// V has come to `position`: forgets what no later verdict can ask for. To be called before what
  /// stands at V is asked for.
  void reach(long position, StateKey key, EntityState state) {
    List<Version> passed = state.expected.forgetBefore(position, chunks.expected(key));
    for (int i = 0; i < passed.size(); i++) {
      state.past(passed.get(i), hash);
      Version next = i + 1 < passed.size() ? passed.get(i + 1) : state.expected.at(position);
      if (state.refusal != null && next != null) {
        state.refusal = Refusals.after(state, passed.get(i), next, hash);
      }
    }
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

  private final class Encoding implements WriteBack.Form<EntityState> {
    private final ByteSink out = new ByteSink();

    @Override
    public byte @Nullable [] encode(StateKey key, EntityState state) {
      if (state.isGone()) {
        return null;
      }
      state.expected.spill(chunks.expected(key));
      state.observed.spill(chunks.observed(key));
      return state.encode(out);
    }

    @Override
    public EntityState decode(StateKey key, byte[] bytes) {
      return EntityState.decode(bytes);
    }
  }
}
