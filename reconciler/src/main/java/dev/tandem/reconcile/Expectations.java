package dev.tandem.reconcile;

import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.Kept;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.Projection.Gone;
import dev.tandem.reconcile.Projection.Keyless;
import dev.tandem.reconcile.Projection.Name;
import dev.tandem.reconcile.Projection.Refused;
import dev.tandem.reconcile.Projection.Waiting;
import dev.tandem.reconcile.Projection.Whole;
import dev.tandem.reconcile.Version.Origin;
import dev.tandem.reconcile.Version.Status;
import org.jspecify.annotations.Nullable;

/// What is expected of each entity, as the aggregate says that it comes from, and which entity that
/// is ([Owners]). Not thread-safe.
final class Expectations {
  private final ImageFeed feed;
  private final Entities entities;
  private final EntityStates states;
  private final ExpectedSide.Moves moves;
  private final Owners owners;

  Expectations(ImageFeed feed, Entities entities, EntityStates states, ExpectedSide.Moves moves) {
    this.feed = feed;
    this.entities = entities;
    this.states = states;
    this.moves = moves;
    owners = new Owners(feed.image(), entities, states);
  }

  /// What an aggregate had the name of when it had its turn last, if that is its own still.
  @Nullable StateKey owned(StateKey aggregate, Kept root) {
    return owners.owned(aggregate, before(root));
  }

  /// The same, if it is the name of an entity.
  @Nullable StateKey entity(StateKey aggregate, Kept root) {
    StateKey owned = owned(aggregate, root);
    return owned == null || Owners.isNameless(owned) ? null : owned;
  }

  /// Whether the newest that is expected of an entity is known.
  boolean isKnown(StateKey entity) {
    EntityState state = states.get(entity);
    Version newest = state == null ? null : state.expected.newest();
    return newest == null || newest.status() != Status.UNKNOWN;
  }

  /// From here on it is not known what is expected of an entity.
  void unknown(StateKey entity, End end) {
    push(entity, waiting(null, end), end);
  }

  /// Whether translation was not given what a verification has shown of an entity.
  boolean isWithheld(@Nullable StateKey entity) {
    EntityState state = entity == null ? null : states.get(entity);
    return state != null && state.withheld;
  }

  /// @return the entity that it is about, null if none is
  @Nullable StateKey project(LoadedAggregate aggregate, End end) {
    Kept root = aggregate.root();
    if (root == null) {
      return null;
    }
    StateKey before = before(root);
    StateKey owned = owners.owned(aggregate.key(), before);
    if (root.standing() == Kept.Standing.ENTERED) {
      // Its divergence stands in the partition that it has left.
      if (owned != null) {
        push(owned, refused(Projection.MOVED, end), end);
      }
      return owned;
    }
    return switch (projection(aggregate)) {
      case Gone() -> {
        if (before != null) {
          release(aggregate.key(), before, end);
          feed.image().putRoot(aggregate.key(), root.forwarding(null));
        }
        // What became of it is nothing that is known of whoever has its key by now.
        yield owned;
      }
      case Keyless(var reason) -> {
        StateKey named = owned == null ? owners.claimNameless(aggregate) : owned;
        push(named, refused(reason, end), end);
        yield named;
      }
      case Refused(var name, var reason) -> stays(aggregate, name, refused(reason, end), end);
      case Waiting(var name, var finding) -> stays(aggregate, name, waiting(finding, end), end);
      case Whole(var name, var content, var tenant) -> {
        boolean withheld = isWithheld(owned);
        if (before != null && !name.key().equals(before)) {
          release(aggregate.key(), before, end);
        }
        EntityState state = owners.claim(aggregate, name);
        if (!state.tenant.equals(tenant) || state.withheld != withheld) {
          state.tenant = tenant;
          state.withheld = withheld;
          states.put(name.key(), state);
        }
        push(name.key(), Version.known(end.offset(), content, origin(end)), end);
        yield name.key();
      }
    };
  }

  private Projection projection(LoadedAggregate aggregate) {
    return Projection.of(aggregate, feed.image(), entities.of(aggregate.key().bytes()));
  }

  private static @Nullable StateKey before(Kept root) {
    return root.forwarded() == null ? null : new StateKey(root.forwarded().key());
  }

  /// Nothing is forwarded of an aggregate: what was forwarded stays, and with it the name.
  private StateKey stays(LoadedAggregate aggregate, Name name, Version version, End end) {
    Kept root = aggregate.root();
    StateKey owned = root == null ? null : owners.owned(aggregate.key(), before(root));
    StateKey named;
    if (owned != null && !Owners.isNameless(owned)) {
      named = owned;
    } else if (owners.isFree(name.key(), aggregate.key())) {
      if (owned != null) {
        release(aggregate.key(), owned, end);
      }
      owners.claim(aggregate, name);
      named = name.key();
    } else {
      named = owners.waitForKey(aggregate);
    }
    push(named, version, end);
    return named;
  }

  /// Those that lost their names to others, or found theirs taken, are named once more when the
  /// others have had their turn. What can be translated has no other name than its own, and where
  /// that was taken too it is what was not captured that is wrong.
  void nameAgain(End end) {
    for (StateKey key : owners.takeNamedAgain()) {
      LoadedAggregate aggregate = feed.image().load(key);
      Kept root = aggregate.root();
      if (root == null || root.standing() == Kept.Standing.ENTERED) {
        continue;
      }
      StateKey owned = owners.owned(key, before(root));
      if (owned != null && !Owners.isNameless(owned)) {
        continue;
      }
      Projection projection = projection(aggregate);
      if (!(projection instanceof Gone || projection instanceof Whole)) {
        project(aggregate, end);
      }
    }
    owners.takeNamedAgain();
  }

  private static Version refused(String reason, End end) {
    return new Version(end.offset(), Status.REFUSED, null, origin(end), reason);
  }

  /// What is known of an entity of which a value is not. Where no change that is under way brings
  /// the value, that is a finding.
  private static Version waiting(@Nullable String finding, End end) {
    return finding == null
        ? new Version(end.offset(), Status.UNKNOWN, null, origin(end), "")
        : refused(finding, end);
  }

  /// An aggregate has left a key: it is expected no more, unless another aggregate has it now.
  private void release(StateKey aggregate, StateKey entity, End end) {
    if (owners.release(aggregate, entity)) {
      push(entity, Version.known(end.offset(), null, origin(end)), end);
    }
  }

  private void push(StateKey entity, Version version, End end) {
    EntityState state = states.getOrNew(entity);
    Version newest = state.expected.newest();
    boolean same =
        newest == null
            ? version.status() == Status.KNOWN && !version.isPresent()
            : newest.status() == version.status()
                && newest.note().equals(version.note())
                && newest.hasContent(version.content());
    if (!same) {
      state.expected.add(version);
      states.put(entity, state);
      if (feed.phase() == Phase.DONE) {
        moves.moved(entity, end);
      }
    }
  }

  private static Origin origin(End end) {
    return new Origin(end.epoch(), end.xid(), end.committedAt());
  }
}
