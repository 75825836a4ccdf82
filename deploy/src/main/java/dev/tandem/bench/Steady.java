package dev.tandem.bench;

import dev.tandem.metrics.LagRecorder;
import java.time.Duration;
import java.util.List;

/// A steady load, with every role at work.
///
/// @param rate changes per second that were wanted
/// @param made changes per second that the legacy store took
/// @param behind how long after the load's end the last change had its verdict
/// @param lags from legacy commit to each step
/// @param spread of the lag to the target commit, by how long it took
public record Steady(
    int rate, double made, Duration behind, Lags lags, List<LagRecorder.Bucket> spread) {
  private static final double AS_WANTED = 0.95;

  /// The last verdict is known by reports that come each second, and a machine with nothing to
  /// spare is late with them.
  private static final Duration SOON = Duration.ofSeconds(5);

  public Steady {
    spread = List.copyOf(spread);
  }

  /// @param outbox to where the change stands in Kafka
  /// @param target to its commit in the target
  /// @param verdict to where both sides were found equal
  public record Lags(
      LagRecorder.Summary outbox, LagRecorder.Summary target, LagRecorder.Summary verdict) {}

  /// Whether the machine kept up: the legacy store took as many changes as were wanted, and little
  /// was left to do when they ended. Where it did not, lags tell of how long the load lasted.
  public boolean isKept() {
    return made >= rate * AS_WANTED && behind.compareTo(SOON) <= 0;
  }
}
