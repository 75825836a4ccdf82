package dev.tandem.run;

import dev.tandem.metrics.Health;
import dev.tandem.wire.CachedRegistry;
import dev.tandem.wire.RegistryException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the registry, once it is back, for what was taken from local files while it was away. What
/// it finds wrong stands among the parts of the process, as `registry`.
final class RegistryCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryCheck.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private final CachedRegistry registry;
  private final Health health;
  private final Thread thread;

  private RegistryCheck(CachedRegistry registry, Health health) {
    this.registry = registry;
    this.health = health;
    thread = Thread.ofPlatform().name("registry").daemon().unstarted(this::run);
  }

  static RegistryCheck start(CachedRegistry registry, Health health) {
    var check = new RegistryCheck(registry, health);
    check.thread.start();
    return check;
  }

  private void run() {
    try {
      while (registry.finding().isEmpty()) {
        Thread.sleep(EVERY);
        look();
      }
      String finding = registry.finding().orElseThrow();
      LOG.error("{}", finding);
      health.add("registry", () -> Health.Condition.stopped(finding));
    } catch (InterruptedException stopped) {
      LOG.debug("the registry is asked no more");
    }
  }

  private void look() {
    try {
      registry.confirm();
    } catch (RegistryException e) {
      LOG.debug("the registry is asked again later: {}", e.getMessage());
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
