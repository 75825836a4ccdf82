package dev.tandem.capture;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What is asked often and costs something to look up: whoever waits asks all the time. What a look
/// has found is the answer to everybody until it is time for the next. Not thread-safe.
///
/// @param <K> what is asked about; each is remembered
final class SeldomLooks<K, V> {
  private final long apart;
  private final LongSupplier nanos;
  private final Map<K, Found<V>> known = new HashMap<>();

  private record Found<V>(long at, V answer) {}

  /// @param apart at the least between two looks at the same
  /// @param nanos a clock that only counts on
  SeldomLooks(Duration apart, LongSupplier nanos) {
    this.apart = apart.toNanos();
    this.nanos = nanos;
  }

  V of(K about, Supplier<V> look) {
    long now = nanos.getAsLong();
    Found<V> last = known.get(about);
    if (last == null || now - last.at >= apart) {
      last = new Found<>(now, look.get());
      known.put(about, last);
    }
    return last.answer;
  }
}
