package dev.tandem.apply;

import java.util.List;

/// Which of the queued records of a partition make up the next transaction: as many as the limits
/// allow, cut after the newest end of a legacy transaction among them, so that the watermark moves
/// with each batch. A legacy transaction larger than the limits is cut inside; the watermark then
/// waits.
record BatchPlan(int maxRecords, long maxBytes) {
  BatchPlan {
    if (maxRecords < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "expected limits of at least 1, found "
              + maxRecords
              + " records, "
              + maxBytes
              + " bytes");
    }
  }

  /// The same with fewer records: at least one.
  BatchPlan atMost(long records) {
    return new BatchPlan(Math.clamp(records, 1, maxRecords), maxBytes);
  }

  /// How many of the queued records to take: at least one, if one is not beyond.
  ///
  /// @param most outbox offset beyond which no record may reach
  int take(Iterable<Incoming> queued, long most) {
    int count = 0;
    int ended = 0;
    long bytes = 0;
    for (Incoming record : queued) {
      bytes += record.size();
      if (count == maxRecords || count > 0 && bytes > maxBytes || record.reach() > most) {
        break;
      }
      count++;
      if (record.isEnd()) {
        ended = count;
      }
    }
    return ended > 0 ? ended : count;
  }

  /// The outbox offset up to which the transactions of a batch reach.
  static long reach(List<Incoming> batch) {
    return batch.stream().mapToLong(Incoming::reach).max().orElse(Mark.NONE);
  }

  /// The batch, one legacy transaction (or part of one) after the other.
  static List<List<Incoming>> byTransaction(List<Incoming> batch) {
    var parts = new java.util.ArrayList<List<Incoming>>();
    int from = 0;
    for (int i = 0; i < batch.size(); i++) {
      if (batch.get(i).isEnd() || i == batch.size() - 1) {
        parts.add(List.copyOf(batch.subList(from, i + 1)));
        from = i + 1;
      }
    }
    return parts;
  }
}
