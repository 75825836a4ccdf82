package dev.tandem.translate;

import dev.tandem.image.ByteSink;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The contract keys that were deleted while a version was off: its readers hear of them when it is
/// on again. Not thread-safe.
final class MissedDeletions {
  private static final byte[] NOTHING = new byte[0];
  private final SortedBytes store;
  private final int name;

  /// @param name of all of them in the store, 0 to 255: others may share it
  MissedDeletions(SortedBytes store, int name) {
    this.store = store;
    this.name = name;
  }

  void add(VersionFill.Version version, byte[] contractKey) {
    store.put(prefix(version, contractKey), NOTHING);
  }

  /// Takes some out, in the order of their bytes.
  ///
  /// @param most how many
  List<byte[]> take(VersionFill.Version version, int most) {
    byte[] prefix = prefix(version, NOTHING);
    var keys = new ArrayList<byte[]>();
    store.scan(
        prefix,
        (key, _) -> {
          boolean more = new StateKey(key).startsWith(prefix) && keys.size() < most;
          if (more) {
            keys.add(key);
          }
          return more;
        });
    keys.forEach(store::delete);
    return keys.stream().map(key -> Arrays.copyOfRange(key, prefix.length, key.length)).toList();
  }

  /// Numbers of a fixed length, so that no version's keys begin as those of another.
  private byte[] prefix(VersionFill.Version version, byte[] rest) {
    var key = new ByteSink();
    key.put(name);
    key.putLong(version.entity());
    key.putLong(version.number());
    key.putRaw(rest);
    return key.toByteArray();
  }
}
