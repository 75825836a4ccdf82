package dev.tandem.run;

import dev.tandem.fatal.Fatal;
import dev.tandem.generation.Generations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds at which generations there are, and has the parts follow. While the
/// target does not answer, what was there stays.
final class GenerationWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private final Source source;
  private final GenerationParts parts;
  private final Thread thread;
  private @Nullable Generations known;

  /// Whether it is to end; an interrupt alone may be lost in what it waits for.
  private volatile boolean closed;

  /// Where they are looked up.
  interface Source {
    Generations read() throws Exception;
  }

  GenerationWatch(Source source, GenerationParts parts) {
    this.source = source;
    this.parts = parts;
    this.thread = Thread.ofPlatform().name("generations").daemon().unstarted(this::run);
  }

  /// Looks once, and then again and again.
  ///
  /// @throws Exception if the target does not answer now
  GenerationWatch start() throws Exception {
    look();
    thread.start();
    return this;
  }

  private void look() throws Exception {
    Generations found = source.read();
    if (!found.equals(known)) {
      parts.follow(found);
      known = found;
    }
  }

  /// Whether it still looks.
  boolean isAlive() {
    return thread.isAlive();
  }

  private void run() {
    while (!closed) {
      try {
        Thread.sleep(EVERY);
        look();
      } catch (InterruptedException stopped) {
        return;
      } catch (Exception e) {
        Fatal.raise(e);
        LOG.warn("generations are looked up again: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join();
  }
}
