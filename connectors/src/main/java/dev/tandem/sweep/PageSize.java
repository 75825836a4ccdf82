package dev.tandem.sweep;

import java.time.Duration;

/// The rule by which a page's rows are numbered: as many as were read in [#TARGET] lately, as fit
/// into a page's bytes, and never more than is allowed. It begins small, since of a table nothing
/// is known before its first page, and grows by [#GROWTH] at most. A page that was not full says
/// nothing against larger ones. Not thread-safe.
final class PageSize {
  /// How long a page's query should take, with what it reads being taken over.
  static final Duration TARGET = Duration.ofMillis(150);

  private static final int FIRST = 100;
  private static final int GROWTH = 4;

  /// After a page that took too long for the server.
  private static final int CUT = 8;

  private final int mostRows;
  private final long mostBytes;
  private int rows;

  PageSize(int mostRows, long mostBytes) {
    this.mostRows = mostRows;
    this.mostBytes = mostBytes;
    this.rows = Math.min(FIRST, mostRows);
  }

  /// Of the next page.
  int rows() {
    return rows;
  }

  /// What reading a page came to.
  ///
  /// @param count rows that came, also those that were not kept
  /// @param bytes of these rows
  void took(int count, long bytes, Duration time) {
    if (count == 0) {
      return;
    }
    long within = (long) (count * ((double) TARGET.toNanos() / Math.max(1, time.toNanos())));
    boolean isSlow = time.compareTo(TARGET) > 0;
    long next = isSlow ? Math.min(rows, within) : count < rows ? rows : Math.max(rows, within);
    long fitting = bytes == 0 ? mostRows : (long) ((double) mostBytes * count / bytes);
    long grown = Math.min((long) rows * GROWTH, mostRows);
    rows = Math.clamp(Math.min(next, fitting), 1, (int) grown);
  }

  /// The server ended a page's query before it was done.
  ///
  /// @return whether a smaller page is left to try
  boolean shrink() {
    boolean isLeft = rows > 1;
    rows = Math.max(1, rows / CUT);
    return isLeft;
  }
}
