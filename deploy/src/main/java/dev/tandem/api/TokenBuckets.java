package dev.tandem.api;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// How often each caller may call: so many at once, and so many a second after that. Remembers no
/// more callers than it has room for; who is forgotten begins anew. Thread-safe.
final class TokenBuckets {
  private static final int ROOM = 10_000;
  private static final double NANOS = 1e9;

  private final Rate rate;
  private final LongSupplier nanos;
  private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

  /// @param burst at once
  /// @param perSecond after that
  record Rate(int burst, double perSecond) {
    /// More than a person or a dashboard asks for; what it asks for may read whole topics.
    static final Rate OF_CALLERS = new Rate(60, 10);

    /// Of those that are not known, by address.
    static final Rate OF_STRANGERS = new Rate(20, 1);
  }

  private record Bucket(double left, long at) {}

  /// @param nanos a clock that never goes back
  TokenBuckets(Rate rate, LongSupplier nanos) {
    this.rate = rate;
    this.nanos = nanos;
  }

  /// Takes one, or says after which time there will be one.
  synchronized Optional<Duration> take(String caller) {
    long now = nanos.getAsLong();
    Bucket before = buckets.getOrDefault(caller, new Bucket(rate.burst, now));
    double left = Math.min(rate.burst, before.left + (now - before.at) / NANOS * rate.perSecond);
    boolean enough = left >= 1;
    buckets.put(caller, new Bucket(enough ? left - 1 : left, now));
    if (buckets.size() > ROOM) {
      forgetEldest(buckets);
    }
    return enough
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) Math.ceil((1 - left) / rate.perSecond * 1000)));
  }

  private static void forgetEldest(Map<String, Bucket> buckets) {
    var eldest = buckets.entrySet().iterator();
    eldest.next();
    eldest.remove();
  }
}
