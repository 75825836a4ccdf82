package dev.tandem.chaos;

import dev.tandem.run.Role;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// For how long each role stood still at most in one partition, as far as that can be seen from
/// without: there must be changes in each of them all the time. Thread-safe.
final class Standstill implements AutoCloseable {
  private static final long EVERY = 100_000_000;

  private final Takeovers.Source source;
  private final Map<Role, Map<String, Seen>> seen = new EnumMap<>(Role.class);
  private final Map<Role, Duration> longest = new EnumMap<>(Role.class);
  private final Thread thread = Thread.ofPlatform().name("standstill").unstarted(this::follow);
  private volatile boolean stopping;

  /// Where a partition is, and since when.
  private record Seen(long at, long since) {}

  Standstill(Takeovers.Source source) {
    this.source = source;
  }

  void start() {
    thread.start();
  }

  private void follow() {
    while (!stopping) {
      for (Role role : Fleet.ROLES) {
        try {
          take(role, source.of(role), System.nanoTime());
        } catch (Exception unknown) {
          // Who knows is away; what stands still meanwhile is seen afterwards.
          LockSupport.parkNanos(EVERY);
        }
      }
      LockSupport.parkNanos(EVERY);
    }
  }

  synchronized void take(Role role, Map<String, Long> now, long nanos) {
    Map<String, Seen> before = seen.computeIfAbsent(role, _ -> new HashMap<>());
    now.forEach(
        (partition, at) -> {
          Seen last = before.computeIfAbsent(partition, _ -> new Seen(at, nanos));
          longest.merge(
              role,
              Duration.ofNanos(nanos - last.since),
              (one, other) -> one.compareTo(other) > 0 ? one : other);
          if (at != last.at) {
            before.put(partition, new Seen(at, nanos));
          }
        });
  }

  synchronized Map<Role, Duration> longest() {
    return Map.copyOf(longest);
  }

  /// One line for each role.
  synchronized String table() {
    var text = new StringBuilder("role        stood still for at most, s\n");
    longest.forEach(
        (role, time) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-10s  %26.1f%n",
                    role.name().toLowerCase(Locale.ROOT),
                    time.toMillis() / 1000.0)));
    return text.toString();
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.join();
  }
}
