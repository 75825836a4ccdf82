package dev.tandem.image;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// Large aggregates whose turn is put off because swept rows of their lists come one after the
/// other: an aggregate of n rows that has its turn with each of them costs n times n.
///
/// An aggregate that had its turn is not given another one before as much time has passed as ten
/// turns of it take, or [#LONGEST]; until then the rows that are met are kept, and it waits. When
/// the first has waited for as long as ten turns of all who wait take, all have their turn. So at
/// most about a tenth of the time goes into them, however large they are and however their rows
/// are mixed, and of a sweep come as many turns as ten of them fit into its time.
///
/// Whoever waits is put away, so that a restart forgets nobody; when he had his turn is not, and he
/// has it soon after a restart. Not thread-safe.
public final class Late {
  /// Rows of an aggregate that always has its turn at once.
  static final int FEW = 20;

  /// Ten times what a row takes of the turn of its aggregate, microseconds.
  static final long EACH = 50;

  /// For how long an aggregate waits at most.
  public static final Duration LONGEST = Duration.ofSeconds(5);

  private static final int MANY_TURNS = 1_000;
  private static final byte[] NOTHING = {};
  private final SortedBytes store;
  private final byte name;
  private final LongSupplier millis;
  private final Set<StateKey> waiting = new LinkedHashSet<>();

  /// Who waits as of the last [#save()], and who has come or gone since.
  private final Set<StateKey> saved;

  private final Set<StateKey> unsaved = new LinkedHashSet<>();

  /// The last turns of large aggregates, as long as they count.
  private final Map<StateKey, Turn> turns = new HashMap<>();

  private int sweptAt = MANY_TURNS;

  /// When the first of those who wait began to, and for how long they do; milliseconds.
  private long since;

  private long patience;

  private record Turn(long at, long counts) {}

  /// @param name of the set in the store, 0 to 255: several may share one
  /// @param millis of the clock on the wall
  public Late(SortedBytes store, int name, LongSupplier millis) {
    this.store = store;
    this.name = (byte) name;
    this.millis = millis;
    store.scan(
        new byte[] {this.name},
        new byte[] {(byte) (name + 1)},
        (key, _) -> waiting.add(new StateKey(Arrays.copyOfRange(key, 1, key.length))));
    saved = new LinkedHashSet<>(waiting);
  }

  /// A clock by which every wait is over at once: nothing is put off.
  public static LongSupplier none() {
    long[] time = {0};
    return () -> time[0] += LONGEST.toMillis();
  }

  /// A swept row of a list has touched an aggregate.
  ///
  /// @return whether its turn is put off
  public boolean putsOff(StateKey aggregate) {
    if (waiting.contains(aggregate)) {
      return true;
    }
    Turn last = turns.get(aggregate);
    if (last == null) {
      return false;
    }
    long now = millis.getAsLong();
    if (now - last.at >= last.counts) {
      turns.remove(aggregate);
      return false;
    }
    if (waiting.isEmpty()) {
      since = now;
      patience = 0;
    }
    patience = Math.min(LONGEST.toMillis(), patience + last.counts);
    waiting.add(aggregate);
    unsaved.add(aggregate);
    return true;
  }

  /// An aggregate has its turn, for whatever reason.
  public void turn(LoadedAggregate aggregate) {
    if (waiting.remove(aggregate.key())) {
      unsaved.add(aggregate.key());
    }
    int rows = aggregate.size();
    if (rows >= FEW) {
      long wait = Math.min(LONGEST.toMillis(), Math.ceilDiv(rows * EACH, 1000));
      long now = millis.getAsLong();
      forgetPast(now);
      turns.put(aggregate.key(), new Turn(now, wait));
    }
  }

  private void forgetPast(long now) {
    if (turns.size() >= sweptAt) {
      turns.values().removeIf(turn -> now - turn.at >= turn.counts);
      sweptAt = Math.max(MANY_TURNS, 2 * turns.size());
    }
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// Whether those who wait are to have their turn now.
  public boolean isDue() {
    return !waiting.isEmpty() && millis.getAsLong() - since >= patience;
  }

  /// Takes out everybody who waits, in order of coming.
  public List<StateKey> takeAll() {
    var taken = List.copyOf(waiting);
    unsaved.addAll(taken);
    waiting.clear();
    return taken;
  }

  /// To be called before each commit.
  public void save() {
    var entries = new ArrayList<SortedBytes.Entry>(unsaved.size());
    for (StateKey key : unsaved) {
      boolean waits = waiting.contains(key);
      if (waits ? saved.add(key) : saved.remove(key)) {
        entries.add(new SortedBytes.Entry(stored(key), waits ? NOTHING : null));
      }
    }
    unsaved.clear();
    store.putAll(entries);
  }

  private byte[] stored(StateKey key) {
    var out = new ByteSink();
    out.put(name);
    out.putRaw(key.bytes());
    return out.toByteArray();
  }
}
