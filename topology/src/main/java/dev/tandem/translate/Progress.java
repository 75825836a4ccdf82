package dev.tandem.translate;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import java.nio.charset.StandardCharsets;

/// How far a partition has been forwarded. Saved once per commit; not thread-safe.
final class Progress {
  private static final byte[] KEY = "progress".getBytes(StandardCharsets.UTF_8);

  /// Number of the next contract record: those before it are written, without a gap.
  long sequence;

  /// Greatest outbox end that a contract record marked `last` carries, -1 before the first.
  long forwarded = -1;

  private final SortedBytes store;
  private final ByteSink out = new ByteSink();

  Progress(SortedBytes store) {
    this.store = store;
    byte[] saved = store.get(KEY);
    if (saved != null) {
      var in = new ByteSource(saved);
      sequence = in.takeVarint();
      forwarded = in.takeVarint();
    }
  }

  void save() {
    out.clear();
    out.putVarint(sequence);
    out.putVarint(forwarded);
    store.put(KEY, out.toByteArray());
  }
}
