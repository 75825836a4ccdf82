package dev.tandem.run;

import dev.tandem.fatal.Fatal;
import dev.tandem.metrics.Health;
import dev.tandem.setup.SetupException;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.wire.RegistryException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts one part of a process and keeps it: while what it needs is away, it tries again with a
/// growing and jittered pause. Thread-safe.
///
/// ```
///   WAITING ──started──▶ as the part says
///      ├──refused with a finding──▶ STOPPED
///      └──any other failure that is no outage──▶ FAILED
/// ```
final class Keeper<T extends AutoCloseable> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  /// Starts the part, or says why it cannot yet.
  interface Starter<T> {
    T start() throws Exception;
  }

  private final String name;
  private final Starter<T> starter;
  private final Function<T, Health.Condition> condition;
  private final Thread thread;
  private volatile @Nullable T part;
  private volatile Health.Condition before = Health.Condition.waiting("");

  /// @param condition of the part once it has started
  Keeper(String name, Starter<T> starter, Function<T, Health.Condition> condition) {
    this.name = name;
    this.starter = starter;
    this.condition = condition;
    this.thread = Thread.ofPlatform().name("keeper " + name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  String name() {
    return name;
  }

  /// How the part is; while it has not started, why it has not.
  Health.Condition condition() {
    T running = part;
    if (running != null) {
      return condition.apply(running);
    }
    boolean ended = thread.getState() == Thread.State.TERMINATED && part == null;
    return ended && before.state() == Health.State.WAITING
        ? Health.Condition.dead("its thread has ended")
        : before;
  }

  /// The part, or null while it has not started.
  @Nullable T part() {
    return part;
  }

  private void run() {
    var pauses = new Pauses();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        part = starter.start();
        return;
      } catch (InterruptedException stopped) {
        return;
      } catch (Exception failure) {
        Fatal.raise(failure);
        if (!Outage.isOne(failure)) {
          before = refused(failure);
          LOG.error("{} does not start: {}", name, before.reason(), failure);
          return;
        }
        before = Health.Condition.waiting(Outage.reason(failure));
        LOG.warn("{} waits: {}", name, before.reason());
        LOG.debug("{} waits", name, failure);
        if (!rest(pauses.next())) {
          return;
        }
      }
    }
  }

  /// Whoever refuses says what was expected, what was found and the fix, and would say it again
  /// after a restart; what else goes wrong may go right then. The words of what nobody foresaw may
  /// hold a row's values, and stay in the log.
  private static Health.Condition refused(Exception failure) {
    String reason = String.valueOf(failure.getMessage());
    return switch (failure) {
      case SetupException _, RefusedException _, RegistryException _, DomainStoppedException _ ->
          Health.Condition.stopped(reason);
      default ->
          Health.Condition.failed(
              "an error of the program (" + Fatal.kind(failure) + "); see the log");
    };
  }

  private static boolean rest(Duration pause) {
    try {
      Thread.sleep(pause);
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
