package dev.tandem.position;

import dev.tandem.position.SimulatedDatabase.Change;
import dev.tandem.position.SimulatedDatabase.Value;
import dev.tandem.position.Visibility.Decision;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps rows by some rule, as whoever merges swept rows with a stream does.
final class RowKeeper {
  /// How arrivals are decided.
  interface Rule {
    Decision change(@Nullable Provenance kept, long xid);

    Decision swept(@Nullable Provenance kept, Snapshot snapshot);
  }

  /// The rule of the product.
  static final Rule VISIBILITY =
      new Rule() {
        @Override
        public Decision change(@Nullable Provenance kept, long xid) {
          return Visibility.change(kept, 1, xid);
        }

        @Override
        public Decision swept(@Nullable Provenance kept, Snapshot snapshot) {
          return Visibility.swept(kept, 1, snapshot);
        }
      };

  /// The later arrival wins.
  static final Rule ARRIVAL =
      new Rule() {
        @Override
        public Decision change(@Nullable Provenance kept, long xid) {
          return Decision.TAKE;
        }

        @Override
        public Decision swept(@Nullable Provenance kept, Snapshot snapshot) {
          return Decision.TAKE;
        }
      };

  /// Visibility, but what the kept row does not know is not filled.
  static final Rule NO_MERGE =
      new Rule() {
        @Override
        public Decision change(@Nullable Provenance kept, long xid) {
          return VISIBILITY.change(kept, xid);
        }

        @Override
        public Decision swept(@Nullable Provenance kept, Snapshot snapshot) {
          Decision decision = VISIBILITY.swept(kept, snapshot);
          return decision == Decision.FILL ? Decision.DROP : decision;
        }
      };

  /// Visibility, but of two sweeps the later arrival wins.
  static final Rule ANY_SWEEP =
      new Rule() {
        @Override
        public Decision change(@Nullable Provenance kept, long xid) {
          return VISIBILITY.change(kept, xid);
        }

        @Override
        public Decision swept(@Nullable Provenance kept, Snapshot snapshot) {
          return kept instanceof Provenance.BySweep
              ? Decision.TAKE
              : VISIBILITY.swept(kept, snapshot);
        }
      };

  private record Kept(@Nullable Value value, Provenance provenance) {}

  private final Rule rule;
  private final Map<Integer, Kept> rows = new HashMap<>();

  RowKeeper(Rule rule) {
    this.rule = rule;
  }

  void change(Change change) {
    Kept kept = rows.get(change.row());
    if (rule.change(kept == null ? null : kept.provenance(), change.xid()) != Decision.TAKE) {
      return;
    }
    Value value = change.value();
    if (value != null && value.toast().equals(SimulatedDatabase.UNKNOWN)) {
      Value old = kept == null ? null : kept.value();
      value = new Value(value.plain(), old == null ? SimulatedDatabase.UNKNOWN : old.toast());
    }
    rows.put(change.row(), new Kept(value, new Provenance.ByChange(1, change.xid())));
  }

  void swept(int row, Value value, Snapshot snapshot) {
    Kept kept = rows.get(row);
    switch (rule.swept(kept == null ? null : kept.provenance(), snapshot)) {
      case TAKE -> rows.put(row, new Kept(value, new Provenance.BySweep(1, snapshot)));
      case FILL -> {
        Value old = kept == null ? null : kept.value();
        if (kept != null && old != null && old.toast().equals(SimulatedDatabase.UNKNOWN)) {
          rows.put(row, new Kept(new Value(old.plain(), value.toast()), kept.provenance()));
        }
      }
      case DROP -> {}
    }
  }

  /// The rows that are there.
  Map<Integer, Value> present() {
    var present = new HashMap<Integer, Value>();
    rows.forEach(
        (row, kept) -> {
          if (kept.value() != null) {
            present.put(row, kept.value());
          }
        });
    return present;
  }
}
