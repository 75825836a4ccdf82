package dev.tandem.apply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Records of one partition that were read and are not yet applied, in order. Thread-safe.
final class PartitionQueue {
  private final ArrayDeque<Incoming> records = new ArrayDeque<>();
  private long bytes;

  synchronized void add(Incoming record) {
    records.add(record);
    bytes += record.size();
  }

  synchronized void clear() {
    records.clear();
    bytes = 0;
  }

  /// Whether the next record may be applied.
  ///
  /// @param most outbox offset beyond which no record may reach
  synchronized boolean hasUpTo(long most) {
    return !records.isEmpty() && records.peek().reach() <= most;
  }

  /// The next batch; it stays queued until it is passed.
  synchronized List<Incoming> next(BatchPlan plan, long most) {
    if (records.isEmpty()) {
      return List.of();
    }
    int count = plan.take(records, most);
    var batch = new ArrayList<Incoming>(count);
    for (Incoming record : records) {
      if (batch.size() == count) {
        break;
      }
      batch.add(record);
    }
    return batch;
  }

  /// Drops what is applied.
  synchronized void pass(long offset) {
    while (!records.isEmpty() && records.peek().offset() <= offset) {
      bytes -= records.remove().size();
    }
  }

  synchronized int size() {
    return records.size();
  }

  synchronized long bytes() {
    return bytes;
  }
}
