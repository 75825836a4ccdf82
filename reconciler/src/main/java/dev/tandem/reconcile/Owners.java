package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.Digest;
import dev.tandem.image.Image;
import dev.tandem.image.Kept;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.StateKey;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which aggregate the expectation of an entity comes from: the one that took its key last. What
/// can be translated takes a key whoever had it before, as translation does; what cannot be keeps
/// the key that it had while nobody else takes it, and else has its own if that is nobody's.
///
/// An aggregate that has no key so stands for itself, under a name that no entity has:
/// so what is wrong with it is open until it has a key, or is gone. Not thread-safe.
final class Owners {
  private static final Digest NO_DIGEST = new Digest(0, 0);

  /// Stands where the first value of any other key has its tag ([dev.tandem.image.RowKeys]).
  private static final int NAMELESS = 0;

  private static final int ORDINAL_BYTES = 2;
  private final Image image;
  private final Entities entities;
  private final EntityStates states;

  /// Aggregates that may be named otherwise when the others of the transaction have had their turn:
  /// those whose keys were taken, and those that found theirs to be another's.
  private final Set<StateKey> namedAgain = new LinkedHashSet<>();

  Owners(Image image, Entities entities, EntityStates states) {
    this.image = image;
    this.entities = entities;
    this.states = states;
  }

  /// Whether it is the name of an aggregate without a key.
  static boolean isNameless(StateKey entity) {
    return entity.bytes()[ORDINAL_BYTES] == NAMELESS;
  }

  /// The aggregate has this key from now on, whoever had it before.
  EntityState claim(LoadedAggregate aggregate, Projection.Name name) {
    StateKey now = name.key();
    forward(aggregate, now);
    EntityState state = states.getOrNew(now);
    byte[] owner = aggregate.key().bytes();
    if (state.contractKey == null || state.claimed != null || !Arrays.equals(state.owner, owner)) {
      if (state.contractKey == null) {
        state.contractKey = entities.of(now.bytes()).key().contractKey(name.contractKey());
      }
      if (state.owner != null && !Arrays.equals(state.owner, owner)) {
        namedAgain.add(new StateKey(state.owner));
      }
      state.owner = owner;
      state.claimed = null;
      states.put(now, state);
    }
    return state;
  }

  /// Whether no other aggregate has a key.
  boolean isFree(StateKey entity, StateKey aggregate) {
    EntityState state = states.get(entity);
    return state == null || state.owner == null || Arrays.equals(state.owner, aggregate.bytes());
  }

  /// Takes out who is to be named once more.
  List<StateKey> takeNamedAgain() {
    if (namedAgain.isEmpty()) {
      return List.of();
    }
    var taken = List.copyOf(namedAgain);
    namedAgain.clear();
    return taken;
  }

  /// The aggregate's key is another's, which may leave it yet: it stands for itself until then.
  StateKey waitForKey(LoadedAggregate aggregate) {
    namedAgain.add(aggregate.key());
    return claimNameless(aggregate);
  }

  /// The aggregate has no key that is its own, and stands for itself from now on.
  StateKey claimNameless(LoadedAggregate aggregate) {
    byte[] owner = aggregate.key().bytes();
    var name = new ByteSink();
    name.putRaw(Arrays.copyOf(owner, ORDINAL_BYTES));
    name.put(NAMELESS);
    name.putRaw(Arrays.copyOfRange(owner, ORDINAL_BYTES, owner.length));
    var now = new StateKey(name.toByteArray());
    forward(aggregate, now);
    EntityState state = states.getOrNew(now);
    if (!Arrays.equals(state.owner, owner)) {
      state.owner = owner;
      states.put(now, state);
    }
    return now;
  }

  private void forward(LoadedAggregate aggregate, StateKey now) {
    Kept root = aggregate.root();
    if (root != null
        && (root.forwarded() == null || !Arrays.equals(root.forwarded().key(), now.bytes()))) {
      var forwarded = new Kept.Forwarded(now.bytes(), NO_DIGEST);
      image.putRoot(aggregate.key(), root.forwarding(forwarded));
    }
  }

  /// The entity, if it is the aggregate's: another one may have taken its key since, and what is
  /// wrong with this aggregate is then nothing that is wrong with the entity.
  @Nullable StateKey owned(StateKey aggregate, @Nullable StateKey entity) {
    EntityState state = entity == null ? null : states.get(entity);
    return state != null && Arrays.equals(state.owner, aggregate.bytes()) ? entity : null;
  }

  /// An aggregate has left a key.
  ///
  /// @return whether nobody has the key now
  boolean release(StateKey aggregate, StateKey entity) {
    EntityState state = states.get(entity);
    if (state == null || !Arrays.equals(state.owner, aggregate.bytes())) {
      return false;
    }
    state.owner = null;
    // What translation has of it, it deletes.
    state.withheld = false;
    states.put(entity, state);
    return true;
  }
}
