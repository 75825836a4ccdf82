package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.MemoryBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.Reconciliation;
import dev.tandem.reconcile.LegacyHistory.Contract;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.RepairStop;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One run: two histories are made whole, with verifications in them, then read in a random
/// interleaving, with restarts and crashes. After every record what is open must be what both
/// histories, kept whole, say.
final class SimulatedRun {
  /// The rules that verdicts are reached by: ours, or others that are to be shown wrong.
  record Rules(Supplier<VerdictPosition> position, Function<Beginning, FirstLook> first) {
    static final Rules OURS = new Rules(VerdictPosition::new, FirstLook::new);
  }

  /// @param faults share of transactions that are spoiled, 0 in a healthy run
  record Setting(long seed, double faults, Mutation mutation, Rules rules) {}

  private static final DomainPlan PLAN = Shop.plan(Reconciliation.DEFAULT, 2);
  private final Setting setting;
  private final Random random;
  private final LegacyHistory legacy;
  private final TargetHistory target;
  private final ReconcileState state = state();
  private ReconcileState saved = state();
  private final List<Runnable> since = new ArrayList<>();
  private final List<Divergence> events = new ArrayList<>();
  private int savedEvents;
  private int savedRead;
  private int savedSeen;

  /// What sweeps have shown since verdicts are reached, with the newest position of each: open
  /// until V has come there.
  private final Map<String, Long> surprised = new HashMap<>();

  private Map<String, Long> savedSurprised = Map.of();

  /// How far the outbox was read when verdicts were first reached: which change of before came last
  /// nobody knows.
  private long liveFrom = -1;
  private final int step;

  /// How many records of each topic are history, or null where nobody asks for their ends.
  private final @Nullable History history;

  private Reconciler reconciler;
  private int read;
  private int seen;
  int alarms;
  int judged;

  /// How often something was under way after a record.
  int steps;

  private record History(int outbox, int observed) {}

  SimulatedRun(Setting setting) {
    this.setting = setting;
    random = new Random(setting.seed);
    legacy = new LegacyHistory(random, setting.faults > 0);
    target = new TargetHistory(random, setting.faults);
    histories();
    step = random.nextInt(3) == 0 ? 50 : 1 + random.nextInt(5);
    history = history(new Random(~setting.seed));
    reconciler = started();
  }

  private @Nullable History history(Random drawn) {
    return drawn.nextInt(3) > 0
        ? null
        : new History(
            drawn.nextInt(legacy.outbox.size() / 2 + 1),
            drawn.nextInt(target.observed.size() / 2 + 1));
  }

  private void histories() {
    for (int i = random.nextInt(5); i > 0; i--) {
      legacy.transaction();
    }
    legacy.sweep();
    for (int i = 2 + random.nextInt(20); i > 0; i--) {
      legacy.transaction();
      boolean isFaulty = random.nextDouble() < setting.faults;
      if (isFaulty) {
        legacy.lose();
      }
      if (random.nextInt(3) == 0) {
        legacy.pauses();
      }
      if (random.nextInt(10) == 0) {
        legacy.verification();
      }
      if (random.nextInt(15) == 0) {
        legacy.sweep();
      }
      if (random.nextInt(25) == 0) {
        legacy.restart(isFaulty ? 1 + random.nextInt(3) : 0);
      }
      if (random.nextInt(10) == 0) {
        legacy.horizon();
      }
    }
    legacy.end();
    int done = 0;
    Runnable sweep = target.sweep();
    while (done < legacy.contracts.size()) {
      if (sweep != null && random.nextInt(3) == 0) {
        sweep.run();
        sweep = null;
      } else if (sweep == null && random.nextInt(10) == 0) {
        sweep = target.sweep();
      } else if (sweep == null && random.nextInt(10) == 0) {
        target.horizon();
      }
      if (random.nextDouble() < setting.faults) {
        target.sabotage();
      }
      if (random.nextInt(12) == 0) {
        target.takeOver();
      }
      List<Contract> rest = legacy.contracts.subList(done, legacy.contracts.size());
      int size = Math.min(rest.size(), 1 + random.nextInt(6));
      target.apply(rest.subList(0, size));
      done += size;
    }
    if (sweep != null) {
      sweep.run();
    }
  }

  private static ReconcileState state() {
    return new ReconcileState(
        MemoryBytes.image(), MemoryBytes.image(), new MemoryBytes(), new MemoryBytes());
  }

  private static void become(ReconcileState to, ReconcileState from) {
    MemoryBytes.restore(to.legacy(), from.legacy());
    MemoryBytes.restore(to.target(), from.target());
    ((MemoryBytes) to.entities()).become(from.entities());
    ((MemoryBytes) to.due()).become(from.due());
  }

  private Reconciler started() {
    var outlet =
        new Reconciler.Outlet() {
          @Override
          public void divergence(byte[] key, Divergence event) {
            events.add(event);
          }

          @Override
          public void lag(LagReport report) {}

          @Override
          public void repair(byte[] contractKey) {}

          @Override
          public void stop(RepairStop stop) {}
        };
    var around =
        new Reconciler.Surroundings(
            outlet,
            ReconcileListener.NONE,
            setting.rules.position.get(),
            setting.rules.first.apply(
                history == null ? Beginning.ofHistory() : Beginning.ofPresent()),
            1 + random.nextInt(3));
    return new Reconciler(
        new Reconciler.Setting(
            PLAN, 0, Shop.KEY_IDS, Shop.HASH, step, InstantSource.fixed(Instant.EPOCH)),
        state,
        around);
  }

  /// Reads everything.
  void play() {
    double pace = 0.1 + 0.2 * random.nextInt(5);
    while (read < legacy.outbox.size() || seen < target.observed.size()) {
      boolean outbox =
          read < legacy.outbox.size()
              && (seen >= target.observed.size() || random.nextDouble() < pace);
      if (outbox) {
        var next = legacy.outbox.get(read++);
        act(() -> outbox(next));
      } else {
        long offset = seen;
        OutboxRecord next = target.observed.get(seen++);
        act(() -> reconciler.observed(offset, setting.mutation.spoiled(next)));
      }
      tick(random.nextInt(3));
      switch (random.nextInt(25)) {
        case 0 -> save();
        case 1 -> {
          save();
          reconciler = started();
        }
        case 2 -> crash();
        case 3 -> crashAndReadOtherwise();
        case 4 -> settle();
        default -> {}
      }
      if (!reconciler.isLive()) {
        liveFrom = Math.max(liveFrom, read == 0 ? -1 : legacy.outbox.get(read - 1).offset());
      }
      compare();
    }
    settle();
    assertThat(reconciler.isLive()).isTrue();
    compare();
  }

  private void outbox(LegacyHistory.At next) {
    var shown = legacy.surprises.getOrDefault(next.offset(), Map.of());
    boolean isLater = next.offset() > legacy.baseline;
    if (setting.mutation.hides(next.record(), isLater)) {
      reconciler.skipOutbox(next.offset());
      return;
    }
    boolean isLive = reconciler.isLive();
    Set<String> before = open();
    int told = events.size();
    reconciler.outbox(next.offset(), setting.mutation.spoiled(next.record()));
    shown.forEach(
        (entity, kind) -> {
          surprised.put(entity, next.offset());
          // Before anything is judged it is told when judging begins.
          if (setting.mutation == Mutation.NONE
              && isLive
              && !reconciler.isUnderWay()
              && !before.contains(entity)) {
            assertThat(events.subList(told, events.size()).stream().map(SimulatedRun::opening))
                .as("what a sweep shows is told at once")
                .contains("OPENED " + kind + " " + entity);
          }
        });
  }

  private static String opening(Divergence event) {
    return event.state() + " " + event.kind() + " " + name(event);
  }

  /// All that is under way, and everything judged once: a step of it between two commits.
  private void settle() {
    do {
      save();
      tick(40);
    } while (reconciler.isUnderWay());
  }

  private void tick(int times) {
    PartitionEnds.Ends ends = ends();
    act(
        () -> {
          for (int i = 0; i < times; i++) {
            reconciler.tick(0, ends);
          }
        });
  }

  private PartitionEnds.Ends ends() {
    return history == null
        ? PartitionEnds.Ends.UNKNOWN
        : new PartitionEnds.Ends(
            behind(history.outbox),
            history.observed,
            new PartitionEnds.Passed(behind(read), seen, -1),
            new PartitionEnds.Heard(0, 0));
  }

  /// The offset behind so many records of the outbox.
  private long behind(int records) {
    return records == 0 ? 0 : legacy.outbox.get(records - 1).offset() + 1;
  }

  private void act(Runnable action) {
    since.add(action);
    action.run();
  }

  private void save() {
    reconciler.save();
    become(saved, state);
    since.clear();
    savedEvents = events.size();
    savedRead = read;
    savedSeen = seen;
    savedSurprised = Map.copyOf(surprised);
  }

  /// Dies, comes back where it last saved, and does the same again.
  private void crash() {
    var before = events.stream().map(SimulatedRun::text).toList();
    var again = List.copyOf(since);
    comeBack();
    again.forEach(this::act);
    if (setting.mutation == Mutation.NONE) {
      assertThat(events.stream().map(SimulatedRun::text).toList()).isEqualTo(before);
    }
  }

  /// Dies, comes back where it last saved, and meets the records of both sides in another order.
  private void crashAndReadOtherwise() {
    comeBack();
    read = savedRead;
    seen = savedSeen;
  }

  private void comeBack() {
    become(state, saved);
    while (events.size() > savedEvents) {
      events.removeLast();
    }
    reconciler = started();
    since.clear();
    surprised.clear();
    surprised.putAll(savedSurprised);
  }

  private static String text(Divergence event) {
    return event.state()
        + " "
        + event.kind()
        + " "
        + name(event)
        + " "
        + event.context().verdictAt();
  }

  private static String told(Divergence event) {
    return text(event) + " " + event.fields() + event.legacy() + event.target();
  }

  /// Says that the baselines have passed, before anything else.
  void passBaselines() {
    for (var each : legacy.outbox) {
      if (each.record() instanceof Marker marker && marker.kind() == Kind.SWEEP_ENDED) {
        reconciler.outbox(-1, each.record());
      }
    }
    for (OutboxRecord each : target.observed) {
      if (each instanceof Marker marker && marker.kind() == Kind.SWEEP_ENDED) {
        reconciler.observed(-1, each);
      }
    }
  }

  private static String name(Divergence event) {
    return event.key().isEmpty()
        ? LegacyHistory.NAMELESS
        : event.entity() + " " + event.key().getFirst().value();
  }

  /// What the events so far say is open.
  private Set<String> open() {
    var open = new TreeMap<String, String>();
    alarms = 0;
    for (Divergence event : events) {
      switch (event.state()) {
        case OPENED -> {
          if (!name(event).equals(LegacyHistory.NAMELESS)) {
            assertThat(open).doesNotContainValue(name(event));
          }
          open.put(event.id(), name(event));
          alarms += event.kind() == Divergence.Kind.UNTRANSLATABLE ? 0 : 1;
        }
        case CHANGED, REPAIRING -> assertThat(open).containsKey(event.id());
        case CLOSED -> assertThat(open.remove(event.id())).isNotNull();
      }
    }
    return new TreeSet<>(open.values());
  }

  /// What must be open where V is now, by both histories.
  private void compare() {
    Set<String> opened = open();
    boolean isUnderWay = reconciler.isUnderWay();
    steps += isUnderWay ? 1 : 0;
    if (!reconciler.isLive()) {
      assertThat(opened).isEmpty();
      return;
    }
    if (setting.mutation != Mutation.NONE) {
      return;
    }
    if (isUnderWay) {
      return; // Until then an entity may be open as of before.
    }
    long v = wanted();
    if (setting.rules.equals(Rules.OURS)) {
      assertThat(reconciler.position()).isEqualTo(v);
    } else if (v != reconciler.position()) {
      return; // Another rule of V is being shown wrong.
    }
    judged++;
    var open =
        assertThat(opened)
            .as("at %d, after %s", v, events.stream().map(SimulatedRun::told).toList());
    Set<String> must = mustBeOpen(v);
    surprised.forEach(
        (entity, at) -> {
          if (at > v) {
            must.add(entity);
          }
        });
    if (reconciler.hasJudgedAll()) {
      open.isEqualTo(must);
    } else {
      open.isSubsetOf(must);
    }
  }

  /// The newest watermark seen that the reading of the outbox has reached.
  private long wanted() {
    long e = read == 0 ? -1 : legacy.outbox.get(read - 1).offset();
    long v = -1;
    for (var each : target.watermarks.entrySet()) {
      if (each.getKey() <= seen && each.getValue() <= e) {
        v = Math.max(v, each.getValue());
      }
    }
    return v;
  }

  Set<String> mustBeOpen(long v) {
    var expectedEntry = legacy.states.floorEntry(v);
    Map<String, String> expected = expectedEntry == null ? Map.of() : expectedEntry.getValue();
    var refusedEntry = legacy.refused.floorEntry(v);
    Set<String> refused = refusedEntry == null ? Set.of() : refusedEntry.getValue();
    Map<String, String> observed = observed(v);
    var keys = new HashSet<>(expected.keySet());
    keys.addAll(observed.keySet());
    keys.addAll(refused);
    var open = new TreeSet<String>();
    for (String key : keys) {
      if (refused.contains(key) || !Objects.equals(expected.get(key), observed.get(key))) {
        open.add(key);
      }
    }
    return open;
  }

  /// The target as it was last seen at or below a watermark. What came after an unsettled
  /// transaction stands at the next watermark at which the target is settled.
  private Map<String, String> observed(long v) {
    @Nullable Map<String, String> content = Map.of();
    for (int i = 0; i < target.moments.size(); i++) {
      var moment = target.moments.get(i);
      if (moment.records() > seen) {
        break;
      }
      if (settledAt(i) <= v) {
        content = moment.content();
      }
    }
    return content;
  }

  private long settledAt(int moment) {
    for (int i = moment;
        i < target.moments.size() && target.moments.get(i).records() <= seen;
        i++) {
      if (target.moments.get(i).at() != TargetHistory.NEVER) {
        return target.moments.get(i).at();
      }
    }
    return TargetHistory.NEVER;
  }

  /// Entities that the target refused, to which nothing has happened since on either side, and
  /// which are said to be something else when everything was read.
  Set<String> misnamed() {
    var kinds = new HashMap<String, Divergence.Kind>();
    for (Divergence event : events) {
      switch (event.state()) {
        case OPENED, CHANGED -> kinds.put(name(event), event.kind());
        case REPAIRING -> {}
        case CLOSED -> kinds.remove(name(event));
      }
    }
    var misnamed = new TreeSet<String>();
    target.refusals.forEach(
        (entity, at) -> {
          boolean ours =
              at > liveFrom && at >= legacy.movedAt(entity) && !surprised.containsKey(entity);
          if (ours
              && kinds.containsKey(entity)
              && kinds.get(entity) != Divergence.Kind.UNAPPLIABLE) {
            misnamed.add(entity);
          }
        });
    return misnamed;
  }

  /// Entities that differ when everything was read.
  boolean isMissedOrInvented() {
    return !open().equals(mustBeOpen(Long.MAX_VALUE - 1));
  }
}
