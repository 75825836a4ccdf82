package dev.tandem.bench;

import java.time.Duration;

/// Waits for what somebody else brings about.
final class Waiting {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private Waiting() {}

  interface Condition {
    boolean holds() throws Exception;
  }

  /// @param what is waited for, as the failure names it
  /// @throws IllegalStateException if it does not come about within ten minutes
  static void until(String what, Duration pause, Condition done) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!done.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + ": not done within " + LONGEST.toMinutes() + " minutes");
      }
      Thread.sleep(pause);
    }
  }
}
