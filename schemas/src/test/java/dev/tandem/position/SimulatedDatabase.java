package dev.tandem.position;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A database with three rows of two columns. A transaction locks its rows, writes its commit
/// record (from then on it is decoded and streamed, in commit order) and becomes visible to others
/// a little later, when it also releases its locks. A change that leaves the second column alone
/// streams it as unknown, as an unchanged TOAST value is.
final class SimulatedDatabase {
  static final int ROWS = 3;
  static final String UNKNOWN = "?";

  /// @param toast the wide column, [#UNKNOWN] where the stream does not say it
  record Value(String plain, String toast) {}

  /// @param value null for a delete
  record Change(long xid, int row, @Nullable Value value) {}

  /// What a sweep read, and under which snapshot.
  record Swept(Map<Integer, Value> rows, Snapshot snapshot) {}

  private record Running(long xid, List<Integer> rows) {}

  private record Committed(long xid, Map<Integer, Change> values) {}

  private final SplittableRandom random;

  /// By commit order: what everything ends as.
  final Map<Integer, Value> latest = new HashMap<>();

  /// The changes of committed transactions, in commit order.
  final List<Change> stream = new ArrayList<>();

  private final Map<Integer, Value> visible = new HashMap<>();
  private final Map<Integer, Long> locks = new HashMap<>();
  private final List<Running> running = new ArrayList<>();

  /// Written to the log, not yet visible.
  private final List<Committed> committed = new ArrayList<>();

  private final TreeSet<Long> invisible = new TreeSet<>();
  private long next = 1;

  SimulatedDatabase(SplittableRandom random) {
    this.random = random;
    for (int row = 0; row < ROWS; row++) {
      if (random.nextDouble() < 0.8) {
        latest.put(row, new Value("a0", "t0"));
      }
    }
    visible.putAll(latest);
  }

  void step() {
    double choice = random.nextDouble();
    if (choice < 0.4) {
      begin();
    } else if (choice < 0.7 && !running.isEmpty()) {
      commit(running.remove(random.nextInt(running.size())));
    } else if (!committed.isEmpty()) {
      show(committed.remove(random.nextInt(committed.size())));
    }
  }

  private void begin() {
    int first = random.nextInt(ROWS);
    var rows = new ArrayList<Integer>();
    for (int row :
        random.nextBoolean() ? new int[] {first} : new int[] {first, (first + 1) % ROWS}) {
      if (!locks.containsKey(row)) {
        rows.add(row);
      }
    }
    if (!rows.isEmpty()) {
      long xid = next++;
      rows.forEach(row -> locks.put(row, xid));
      running.add(new Running(xid, rows));
      invisible.add(xid);
    }
  }

  private void commit(Running transaction) {
    long xid = transaction.xid();
    var values = new HashMap<Integer, Change>();
    for (int row : transaction.rows()) {
      Value old = latest.get(row);
      if (old != null && random.nextDouble() < 0.2) {
        latest.remove(row);
        stream.add(new Change(xid, row, null));
      } else if (old != null && random.nextDouble() < 0.6) {
        latest.put(row, new Value("a" + xid, old.toast()));
        stream.add(new Change(xid, row, new Value("a" + xid, UNKNOWN)));
      } else {
        latest.put(row, new Value("a" + xid, "t" + xid));
        stream.add(new Change(xid, row, latest.get(row)));
      }
      values.put(row, new Change(xid, row, latest.get(row)));
    }
    committed.add(new Committed(xid, values));
  }

  private void show(Committed transaction) {
    transaction
        .values()
        .forEach(
            (row, change) -> {
              visible.remove(row);
              if (change.value() != null) {
                visible.put(row, change.value());
              }
              locks.remove(row);
            });
    invisible.remove(transaction.xid());
  }

  Swept sweep() {
    long xmin = invisible.isEmpty() ? next : invisible.first();
    long[] list = invisible.stream().mapToLong(Long::longValue).toArray();
    return new Swept(Map.copyOf(visible), new Snapshot(xmin, next, list));
  }
}
