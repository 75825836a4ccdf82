package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.reconcile.EntityState.Open;
import dev.tandem.reconcile.Verdict.Divergent;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.Position;
import dev.tandem.wire.Divergence.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The divergences of one partition: opened by a verdict, changed by another one, closed only by
/// one that finds both sides the same, which only the capture of the target can show (DESIGN
/// invariant 10). Not thread-safe.
final class Ledger {
  private static final byte[] WAITING = {6};
  private static final String BY_HAND =
      "none by itself: find what undoes or refuses it in the target, mend that, and ask with"
          + " 'tandem repair'";
  private static final String GIVEN_UP =
      "given up: "
          + RepairDesk.MOST_ATTEMPTS
          + " repairs were asked for, and after none of them did the target show agreement";
  private final Setting setting;
  private final Entities entities;
  private final Reconciler.Outlet outlet;
  private final SortedBytes store;
  private final LongSupplier moment;
  private final OpenEntities open;

  /// Entities of which the last verdict was that a value is not known. Stored with each change of
  /// it, so that it goes with the states that say so.
  private long waiting;

  /// @param hash of what was said last
  /// @param clock for what is told, never for what is decided
  record Setting(DomainPlan plan, int partition, SipHash hash, InstantSource clock) {
    long now() {
      return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
  }

  /// Where events go, and where it is kept which entities are open.
  record Stored(Reconciler.Outlet outlet, SortedBytes store) {}

  /// What happened to an entity's divergence.
  enum Outcome {
    NOTHING,
    OPENED,
    CHANGED,
    CLOSED
  }

  /// @param moment a number that goes up with every record taken
  Ledger(Setting setting, Entities entities, Stored stored, LongSupplier moment) {
    this.setting = setting;
    this.entities = entities;
    this.outlet = stored.outlet;
    this.store = stored.store;
    this.moment = moment;
    byte[] counted = store.get(WAITING);
    waiting = counted == null ? 0 : new ByteSource(counted).takeVarint();
    open = new OpenEntities(store, key -> entities.of(key.bytes()).plan().name());
  }

  /// The entities that diverge.
  OpenEntities open() {
    return open;
  }

  /// How many entities wait for a sweep or an update that brings a value which is not known.
  long waiting() {
    return waiting;
  }

  private void waits(EntityState state, boolean unknown) {
    if (state.waiting == unknown) {
      return;
    }
    state.waiting = unknown;
    waiting += unknown ? 1 : -1;
    var out = new ByteSink();
    out.putVarint(waiting);
    store.put(WAITING, out.toByteArray());
  }

  /// Draws the conclusion from a verdict at V. Changes the state; its caller puts it.
  Outcome conclude(StateKey key, EntityState state, Verdict verdict, long v) {
    waits(state, verdict instanceof Verdict.Unknown);
    return switch (verdict) {
      case Verdict.Unknown() -> Outcome.NOTHING;
      case Verdict.InSync() -> inSync(key, state, v);
      case Divergent divergent -> divergent(key, state, divergent, v);
    };
  }

  private Outcome inSync(StateKey key, EntityState state, long v) {
    if (state.refusal != null && state.refusal.at() <= v) {
      state.refusal = null;
    }
    Version expected = state.expected.at(v);
    state.agreed = expected == null ? -1 : expected.at();
    if (state.surprise != null && state.surprise.at() <= v) {
      state.surprise = null;
    }
    if (state.surprise == null && (expected == null || !expected.isPresent())) {
      // It is gone on both sides, and what comes under its key is another thing.
      state.withheld = false;
    }
    Open was = state.open;
    if (was == null || state.surprise != null) {
      return Outcome.NOTHING;
    }
    say(key, state, State.CLOSED, new Said(was, "", "", List.of(), v));
    state.open = null;
    open.remove(key);
    return Outcome.CLOSED;
  }

  private Outcome divergent(StateKey key, EntityState state, Divergent verdict, long v) {
    byte @Nullable [] wanted = content(state.expected.at(v));
    byte @Nullable [] found = content(state.observed.at(v));
    String remedy = remedy(key, state, verdict, wanted);
    byte[] shape = shape(verdict, remedy, wanted, found);
    Open was = state.open;
    if (was != null && Arrays.equals(was.shape(), shape)) {
      return Outcome.NOTHING;
    }
    Open now =
        was == null
            ? new Open(id(key, v), verdict.kind(), setting.now(), shape)
            : was.as(verdict.kind(), shape);
    state.open = now;
    String name = entities.of(key.bytes()).plan().name();
    open.put(key, new ReconcileListener.Found(name, state.tenant, verdict.kind()));
    List<FieldDifference> fields = entities.of(key.bytes()).content().differences(wanted, found);
    say(
        key,
        state,
        was == null ? State.OPENED : State.CHANGED,
        new Said(now, remedy, verdict.detail(), fields, v));
    return was == null ? Outcome.OPENED : Outcome.CHANGED;
  }

  /// What would delete the row is not asked for where the row may be another partition's; and
  /// nothing is that translation would answer with what it was not given yet.
  private String remedy(
      StateKey key, EntityState state, Divergent verdict, byte @Nullable [] wanted) {
    if (verdict instanceof Verdict.Untranslatable) {
      return verdict.remedy();
    }
    if (state.withheld) {
      return Divergence.BACKFILL;
    }
    return wanted == null && !setting.plan.saysPartition(entities.of(key.bytes()).plan())
        ? Divergence.BY_HAND
        : verdict.remedy();
  }

  /// A digest of what is said of a divergence: the same if and only if that is.
  private byte[] shape(
      Divergent verdict, String remedy, byte @Nullable [] wanted, byte @Nullable [] found) {
    var out = new ByteSink();
    out.putText(verdict.kind().name());
    out.putText(remedy);
    out.putText(verdict.detail());
    for (byte[] content : new byte @Nullable [][] {wanted, found}) {
      out.put(content == null ? 0 : 1);
      if (content != null) {
        out.putBlob(content);
      }
    }
    var digest = setting.hash.digest(out.toByteArray());
    out.clear();
    out.putLong(digest.high());
    out.putLong(digest.low());
    return out.toByteArray();
  }

  /// No repair has helped, and no more is asked for.
  void abandon(StateKey key, EntityState state, long v) {
    Open now = Objects.requireNonNull(state.open).abandoned();
    state.open = now;
    List<FieldDifference> fields =
        entities
            .of(key.bytes())
            .content()
            .differences(content(state.expected.at(v)), content(state.observed.at(v)));
    say(key, state, State.CHANGED, new Said(now, BY_HAND, GIVEN_UP, fields, v));
  }

  /// A repair was asked for.
  void repairing(StateKey key, EntityState state, long v) {
    state.open = Objects.requireNonNull(state.open).requested(setting.now());
    sayRepairing(key, state, v);
  }

  /// A repair was asked for by hand.
  void asked(StateKey key, EntityState state, long v) {
    state.open = Objects.requireNonNull(state.open).asked(setting.now());
    sayRepairing(key, state, v);
  }

  private void sayRepairing(StateKey key, EntityState state, long v) {
    Open open = Objects.requireNonNull(state.open);
    say(key, state, State.REPAIRING, new Said(open, "", "", List.of(), v));
  }

  private static byte @Nullable [] content(@Nullable Version version) {
    return version == null ? null : version.content();
  }

  /// @param v the position of the verdict
  private record Said(
      Open open, String remedy, String detail, List<FieldDifference> fields, long v) {}

  private void say(StateKey key, EntityState state, State what, Said said) {
    var forms = entities.of(key.bytes());
    EntityPlan entity = forms.plan();
    var event =
        new Divergence(
            said.open.id(),
            what,
            said.open.kind(),
            setting.plan.name(),
            entity.name(),
            forms.key().parts(state.contractKey),
            state.tenant,
            said.fields,
            position(state.expected.at(said.v)),
            position(state.observed.at(said.v)),
            new Context(
                setting.partition,
                said.v,
                setting.plan.generation(),
                entity.version(),
                shortened(entity.fingerprint()),
                "legacy",
                said.remedy,
                said.detail,
                said.open.attempts(),
                said.open.openedAt(),
                setting.now()));
    outlet.divergence(state.contractKey == null ? key.bytes() : state.contractKey, event);
  }

  private static String shortened(String fingerprint) {
    return fingerprint.substring(0, Math.min(Context.MAPPING_DIGITS, fingerprint.length()));
  }

  private static Position position(@Nullable Version version) {
    if (version == null) {
      return Position.ABSENT;
    }
    var origin = version.origin();
    return new Position(
        version.isPresent(), version.at(), origin.epoch(), origin.xid(), origin.committedAt());
  }

  /// The same wherever and however often it is computed from the same records.
  private String id(StateKey key, long v) {
    var topics = setting.plan.topics();
    String place = topics.isFirstTranslation() ? topics.observed() : topics.reconcileApplication();
    String name = place + "/" + setting.partition + "/" + v + "/" + moment.getAsLong();
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(text, text.length + key.bytes().length);
    System.arraycopy(key.bytes(), 0, whole, text.length, key.bytes().length);
    return UUID.nameUUIDFromBytes(whole).toString();
  }
}
