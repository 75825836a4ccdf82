package dev.tandem.run;

import dev.tandem.fatal.Fatal;
import dev.tandem.metrics.Health;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts one part of a process and keeps it: while what it needs is away, it tries again with a
/// growing and jittered pause. Thread-safe.
///
/// ```
///   WAITING ──started──▶ as the part says ──closed──▶ STOPPED
///      └──refused (not an outage)──▶ STOPPED
/// ```
final class Keeper<T extends AutoCloseable> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /// Starts the part, or says why it cannot yet.
  interface Starter<T> {
    T start() throws Exception;
  }

  private final String name;
  private final Starter<T> starter;
  private final Function<T, Health.State> state;
  private final Thread thread;
  private volatile @Nullable T part;
  private volatile @Nullable String refusal;

  Keeper(String name, Starter<T> starter, Function<T, Health.State> state) {
    this.name = name;
    this.starter = starter;
    this.state = state;
    this.thread = Thread.ofPlatform().name("keeper " + name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  String name() {
    return name;
  }

  Health.State state() {
    T running = part;
    if (running != null) {
      return state.apply(running);
    }
    return refusal == null ? Health.State.WAITING : Health.State.STOPPED;
  }

  /// The part, or null while it has not started.
  @Nullable T part() {
    return part;
  }

  /// Why it was given up, or null.
  @Nullable String refusal() {
    return refusal;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        part = starter.start();
        return;
      } catch (InterruptedException stopped) {
        return;
      } catch (Exception failure) {
        Fatal.raise(failure);
        if (!Outage.isOne(failure)) {
          refusal = String.valueOf(failure.getMessage());
          LOG.error("{} does not start: {}", name, refusal, failure);
          return;
        }
        LOG.warn("{} waits: {}", name, Outage.reason(failure));
        LOG.debug("{} waits", name, failure);
        if (!rest(pause)) {
          return;
        }
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }

  private static boolean rest(Duration pause) {
    long half = pause.toMillis() / 2;
    try {
      Thread.sleep(half + ThreadLocalRandom.current().nextLong(half + 1));
      return true;
    } catch (InterruptedException stopped) {
      return false;
    }
  }

  /// Stops trying, and closes the part if it had started.
  @Override
  public void close() throws Exception {
    thread.interrupt();
    thread.join();
    T running = part;
    if (running != null) {
      running.close();
    }
  }
}
