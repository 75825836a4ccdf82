package dev.tandem.image;

import dev.tandem.image.ImageFeed.End;
import java.util.ArrayList;
import java.util.List;

/// What is left to do of a large transaction that has ended: the aggregates that it touched, in
/// order of first touch, put away so that neither memory nor a restart matters.
///
/// In the store they are numbered slots of some keys each, written when the transaction ends and
/// deleted as they are taken; which slots are left is saved once per commit. Not thread-safe.
public final class Rest {
  private static final int MOST_IN_SLOT = 1_000;
  private static final End NOTHING = new End(-1, 0, 0, 0);
  private final SortedBytes store;
  private final byte name;
  private End end = NOTHING;

  /// The slot that is taken next, and the one behind the last.
  private long next;

  private long behind;

  private boolean isSaved;

  /// @param name of the set, as of saved keys: several may share a store
  public Rest(SortedBytes store, int name) {
    this.store = store;
    this.name = (byte) name;
    byte[] saved = store.get(mark());
    isSaved = saved != null;
    if (saved != null) {
      var in = new ByteSource(saved);
      next = in.takeVarint();
      behind = in.takeVarint();
      end = new End(in.takeVarint(), in.takeInt(), in.takeVarint(), in.takeVarint());
    }
  }

  public boolean isEmpty() {
    return next == behind;
  }

  /// End of the transaction.
  public End end() {
    return end;
  }

  /// Puts away what a transaction touched; nothing may be left of the one before.
  ///
  /// @param step how many are taken at once
  public void begin(List<StateKey> touched, End of, int step) {
    if (!isEmpty()) {
      throw new IllegalStateException("a transaction that ends before the one before it is done");
    }
    end = of;
    next = 0;
    behind = 0;
    int inSlot = Math.min(step, MOST_IN_SLOT);
    for (int from = 0; from < touched.size(); from += inSlot) {
      var out = new ByteSink();
      var keys = touched.subList(from, Math.min(touched.size(), from + inSlot));
      out.putVarint(keys.size());
      keys.forEach(key -> out.putBlob(key.bytes()));
      store.put(slot(behind++), out.toByteArray());
    }
  }

  /// Takes the next of them out.
  ///
  /// @param most how many, and at most as many more as stand in one slot
  public List<StateKey> take(int most) {
    var taken = new ArrayList<StateKey>();
    while (!isEmpty() && taken.size() < most) {
      byte[] slot = store.get(slot(next));
      if (slot == null) {
        throw new IllegalStateException("slot " + next + " of " + behind + " is missing");
      }
      var in = new ByteSource(slot);
      for (int left = in.takeInt(); left > 0; left--) {
        taken.add(new StateKey(in.takeBlob()));
      }
      store.delete(slot(next++));
    }
    return taken;
  }

  /// To be called before each commit.
  public void save() {
    if (isEmpty()) {
      if (isSaved) {
        store.delete(mark());
      }
      isSaved = false;
      return;
    }
    isSaved = true;
    var out = new ByteSink();
    out.putVarint(next);
    out.putVarint(behind);
    out.putVarint(end.offset());
    out.putVarint(end.epoch());
    out.putVarint(end.xid());
    out.putVarint(end.committedAt());
    store.put(mark(), out.toByteArray());
  }

  private byte[] mark() {
    return new byte[] {name};
  }

  private byte[] slot(long number) {
    var key = new ByteSink();
    key.put(name);
    key.putLong(number);
    return key.toByteArray();
  }
}
