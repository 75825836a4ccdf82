package dev.tandem.image;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The kept rows of one aggregate in one value, so that one read finds them all and one write puts
/// them away. Rows of too many bytes are spread instead: each then stands by itself, and the pack
/// says no more than that; it stays so. Not thread-safe.
final class Pack {
  /// Bytes of rows that are kept together: what one change of one of them writes.
  private static final int MOST = 8 << 10;

  /// What a row weighs beside its bytes.
  private static final int EACH = 48;

  private static final int TOGETHER = 1;
  private static final int SPREAD = 2;

  private final StateKey aggregate;
  private final TreeMap<StateKey, Kept> rows = new TreeMap<>();
  private int bytes;
  private boolean spread;

  Pack(StateKey aggregate) {
    this.aggregate = aggregate;
  }

  boolean isSpread() {
    return spread;
  }

  boolean isEmpty() {
    return !spread && rows.isEmpty();
  }

  @Nullable Kept get(StateKey key) {
    return rows.get(key);
  }

  /// @return whether the rows are still few enough to stand together
  boolean put(StateKey key, Kept kept) {
    bytes += weight(kept) - weight(rows.put(key, kept));
    return bytes <= MOST;
  }

  void delete(StateKey key) {
    bytes -= weight(rows.remove(key));
  }

  private static int weight(@Nullable Kept kept) {
    return kept == null ? 0 : EACH + (kept.row() == null ? 0 : kept.row().length);
  }

  /// Visits the rows, in order.
  void forEach(BiConsumer<StateKey, Kept> visitor) {
    rows.forEach(visitor);
  }

  /// From now on each row stands by itself, where `each` puts it.
  void spread(BiConsumer<StateKey, Kept> each) {
    rows.forEach(each);
    rows.clear();
    bytes = 0;
    spread = true;
  }

  /// @param row reused
  byte[] encode(ByteSink out, ByteSink row) {
    out.clear();
    if (spread) {
      out.put(SPREAD);
      return out.toByteArray();
    }
    out.put(TOGETHER);
    int prefix = aggregate.bytes().length;
    rows.forEach(
        (key, kept) -> {
          out.putBlob(Arrays.copyOfRange(key.bytes(), prefix, key.bytes().length));
          out.putBlob(kept.encode(row));
        });
    return out.toByteArray();
  }

  static Pack decode(StateKey aggregate, byte[] value) {
    var pack = new Pack(aggregate);
    var in = new ByteSource(value);
    if (in.take() == SPREAD) {
      pack.spread = true;
      return pack;
    }
    byte[] prefix = aggregate.bytes();
    while (!in.isEmpty()) {
      byte[] rest = in.takeBlob();
      byte[] key = Arrays.copyOf(prefix, prefix.length + rest.length);
      System.arraycopy(rest, 0, key, prefix.length, rest.length);
      pack.put(new StateKey(key), Kept.decode(in.takeBlob()));
    }
    return pack;
  }
}
