package dev.tandem.aligned;

import java.sql.SQLException;
import java.time.Duration;

/// Waits for something, until a moment.
record Turn(long deadline) {
  private static final Duration PAUSE = Duration.ofMillis(20);

  /// From now on.
  static Turn within(Duration time) {
    return new Turn(System.nanoTime() + time.toNanos());
  }

  boolean isOver() {
    return System.nanoTime() > deadline;
  }

  interface Question {
    boolean holds() throws SQLException, UnalignedException;
  }

  interface Reason {
    String text() throws SQLException;
  }

  /// @param reason why it does not hold yet, asked at the end
  /// @throws UnalignedException if it does not hold in time
  void await(Question question, Reason reason)
      throws SQLException, UnalignedException, InterruptedException {
    while (!question.holds()) {
      if (isOver()) {
        throw new UnalignedException(reason.text());
      }
      Thread.sleep(PAUSE);
    }
  }
}
