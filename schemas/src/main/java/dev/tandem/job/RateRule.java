package dev.tandem.job;

import dev.tandem.job.PressureRule.Measure;

/// How many rows a second a sweep may write while a budget is half used. Of what queues it is as
/// many as were taken out of the queue lately, without what others put in, and so many more or
/// fewer that the queue comes to half of its budget within [#SECONDS]: so it goes as fast as what
/// follows, and stands at neither end. Of what does not queue it is a share of [#BLIND], as large
/// as what is left of the other half.
final class RateRule {
  /// A sweep goes on however slowly; what must not go on is held.
  static final long LEAST = 1_000;

  /// More than any sweep reads.
  private static final long MOST = 1_000_000;

  private static final long BLIND = 20_000;
  private static final int SECONDS = 4;

  private RateRule() {}

  /// @param granted rows a second that were said the last time, 0 if there was no limit
  static long next(Measure measure, long granted) {
    double half = measure.budget() / 2.0;
    double rate =
        measure
            .flow()
            .map(
                flow -> {
                  long own = granted == 0 ? flow.came() : Math.min(granted, flow.came());
                  long others = flow.came() - own;
                  return flow.drained() - others + (half - measure.used()) / SECONDS;
                })
            .orElseGet(() -> BLIND * (measure.budget() - measure.used()) / half);
    return Math.clamp((long) rate, LEAST, MOST);
  }
}
