package dev.tandem.jobs;

import dev.tandem.job.PressureRule.Flow;
import dev.tandem.job.PressureRule.Measure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Queues that are looked at again and again: how long each is, and how fast it flowed since the
/// look before. Not thread-safe.
final class Queues {
  private final Map<String, Look> before = new HashMap<>();

  /// What is told of a queue.
  ///
  /// @param what names it, see [Measure]
  /// @param budget records that may wait
  record Name(String what, long budget) {}

  /// @param taken records out of it since ever, or up to an offset
  /// @param put the same, into it
  /// @param nanos when, by a clock that only goes on
  record Look(long taken, long put, long nanos) {
    private Flow since(Look last) {
      double seconds = (nanos - last.nanos) / 1e9;
      return new Flow(
          (long) (Math.max(0, taken - last.taken) / seconds),
          (long) (Math.max(0, put - last.put) / seconds));
    }
  }

  Measure measure(Name name, Look now) {
    Look last = before.put(name.what, now);
    Optional<Flow> flow =
        last == null || now.nanos <= last.nanos ? Optional.empty() : Optional.of(now.since(last));
    return new Measure(name.what, Math.max(0, now.put - now.taken), name.budget, "records", flow);
  }
}
