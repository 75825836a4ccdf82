package dev.tandem.translate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The aggregates touched since a transaction began, in order of first touch, and the repairs that
/// wait: in memory, and from [#save()] on in a store, so that they survive a restart (DESIGN
/// invariant 3).
///
/// A slot of the store is an aggregate or a contract key; how many slots count stands in
/// [Progress]. Slots are written over by the next transaction rather than deleted, unless there
/// were many. Not thread-safe.
final class OpenTransaction {
  private static final int AGGREGATE = 0;
  private static final int REPAIR = 1;
  private static final int KEPT_SLOTS = 20_000;
  private final SortedBytes store;
  private final Progress progress;
  private final Set<StateKey> aggregates = new LinkedHashSet<>();
  private final Set<StateKey> repairs = new LinkedHashSet<>();

  /// What the slots from [Progress#slots] on will hold.
  private final List<byte[]> unsaved = new ArrayList<>();

  private final ByteSink out = new ByteSink();

  OpenTransaction(SortedBytes store, Progress progress) {
    this.store = store;
    this.progress = progress;
    for (int i = 0; i < progress.slots; i++) {
      byte[] slot = store.get(slot(i));
      if (slot == null) {
        throw new IllegalStateException(
            "slot " + i + " of " + progress.slots + " of the open transaction is missing");
      }
      var in = new ByteSource(slot);
      (in.take() == REPAIR ? repairs : aggregates).add(new StateKey(in.takeRest()));
    }
  }

  void touch(StateKey aggregate) {
    if (aggregates.add(aggregate)) {
      append(AGGREGATE, aggregate);
    }
  }

  /// A repair of a contract key waits for the transaction's end.
  void repair(StateKey contractKey) {
    if (repairs.add(contractKey)) {
      append(REPAIR, contractKey);
    }
  }

  private void append(int kind, StateKey content) {
    out.clear();
    out.put(kind);
    out.putRaw(content.bytes());
    unsaved.add(out.toByteArray());
  }

  /// Writes what came since the last call. [Progress] is to be saved after it.
  void save() {
    for (byte[] slot : unsaved) {
      store.put(slot(progress.slots++), slot);
    }
    unsaved.clear();
  }

  boolean hasRepairs() {
    return !repairs.isEmpty();
  }

  /// Takes the aggregates out; the repairs stay.
  List<StateKey> takeAggregates() {
    List<StateKey> taken = List.copyOf(aggregates);
    aggregates.clear();
    rewrite();
    return taken;
  }

  /// Takes the repairs out; the aggregates stay.
  List<StateKey> takeRepairs() {
    List<StateKey> taken = List.copyOf(repairs);
    repairs.clear();
    rewrite();
    return taken;
  }

  private void rewrite() {
    for (int i = KEPT_SLOTS; i < progress.slots; i++) {
      store.delete(slot(i));
    }
    progress.slots = 0;
    unsaved.clear();
    repairs.forEach(key -> append(REPAIR, key));
    aggregates.forEach(key -> append(AGGREGATE, key));
  }

  private byte[] slot(int number) {
    var key = new ByteSink();
    key.putLong(number);
    return key.toByteArray();
  }
}
