package dev.tandem.run;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes its rounds in a daemon thread of its own, one after the other with a pause between, until
/// it is closed. A round that fails for good ends it; what may go wrong is the round's own matter.
public final class Patrol implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Patrol.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Thread thread;

  private Patrol(Thread thread) {
    this.thread = thread;
  }

  /// @param name of the thread
  /// @param every the pause between two rounds
  /// @param last what is done in the same thread when the rounds have ended
  public static Patrol start(String name, Duration every, Runnable round, Runnable last) {
    Runnable rounds =
        () -> {
          try {
            while (!Thread.currentThread().isInterrupted()) {
              round.run();
              Thread.sleep(every);
            }
          } catch (InterruptedException stopped) {
            LOG.debug("{} is looked at no more", name);
          } finally {
            last.run();
          }
        };
    return new Patrol(Thread.ofPlatform().name(name).daemon().start(rounds));
  }

  /// Ends the round under way, and waits a while until it has ended.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
