package dev.tandem.plan;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// How many dead letters of a kind are written in each minute of the clock. The last one says that
/// what follows is left out. Not thread-safe.
public final class MinuteLimit {
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private final int most;
  private final LongSupplier millis;
  private final LongConsumer report;
  private long minute;
  private int written;
  private long leftOut;

  /// What is done with a letter.
  public enum Word {
    WRITE,
    WRITE_AS_LAST,
    LEAVE_OUT
  }

  /// @param most in a minute, 1 or more
  /// @param millis of the clock on the wall
  /// @param report hears, in a later minute, how many were left out
  public MinuteLimit(int most, LongSupplier millis, LongConsumer report) {
    this.most = most;
    this.millis = millis;
    this.report = report;
  }

  public Word next() {
    long now = Math.floorDiv(millis.getAsLong(), MINUTE);
    if (now != minute) {
      minute = now;
      written = 0;
      if (leftOut > 0) {
        report.accept(leftOut);
        leftOut = 0;
      }
    }
    if (written == most) {
      leftOut++;
      return Word.LEAVE_OUT;
    }
    return ++written < most ? Word.WRITE : Word.WRITE_AS_LAST;
  }
}
