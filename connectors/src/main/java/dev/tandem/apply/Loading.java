package dev.tandem.apply;

/// When a batch is loaded by `COPY` instead of upserted: while a generation beside the live one is
/// far behind, so that a batch is large and most of its keys come for the first time.
///
/// Only tables that are Tandem's own: nobody else has put rows there. Where a key is there already
/// the server refuses the whole batch, which is then written the ordinary way. Where that happens
/// again and again its keys come again by now: ever more batches, up to [#LONGEST], are then
/// written the ordinary way before the next is tried.
final class Loading {
  /// Smaller batches gain nothing.
  static final int LEAST = 500;

  /// Batches, at most, between two tries.
  static final int LONGEST = 256;

  private int between = 1;
  private int left;

  /// Asked once for each batch.
  ///
  /// @param beside whether the tables are of a generation beside the live one
  /// @param records of the batch
  boolean isWorthwhile(boolean beside, int records) {
    if (!beside || records < LEAST) {
      return false;
    }
    if (left > 0) {
      left--;
      return false;
    }
    return true;
  }

  void loaded() {
    between = 1;
  }

  void refused() {
    left = between - 1;
    between = Math.min(LONGEST, between * 2);
  }
}
