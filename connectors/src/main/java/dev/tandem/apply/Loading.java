package dev.tandem.apply;

import java.util.List;

/// When a batch is loaded by `COPY` instead of upserted: while a generation beside the live one is
/// far behind, so that a batch is large and most of its keys come for the first time.
///
/// Only tables that are Tandem's own: nobody else has put rows there. Where a key is there already
/// the server refuses the whole batch, which is then written the ordinary way; a partition in which
/// that has happened a few times in a row is loaded no more, since its keys come again by now.
final class Loading {
  /// Smaller batches gain nothing.
  static final int LEAST = 500;

  private static final int MOST_REFUSALS = 3;

  private int refusals;

  boolean isWorthwhile(Cursor cursor, List<Incoming> batch) {
    return !cursor.held().place().isOfSpec() && batch.size() >= LEAST && refusals < MOST_REFUSALS;
  }

  void loaded() {
    refusals = 0;
  }

  void refused() {
    refusals++;
  }
}
