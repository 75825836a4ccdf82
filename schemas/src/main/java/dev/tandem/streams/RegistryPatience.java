package dev.tandem.streams;

import dev.tandem.wire.RegistryException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks again while the registry is away, waiting longer each time, up to a limit: a registry that
/// is away is no reason for a dead letter.
///
/// @param limit for how long to ask again
/// @param pause how to wait
public record RegistryPatience(Duration limit, Pause pause) {
  private static final Logger log = LoggerFactory.getLogger(RegistryPatience.class);
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /// Waits.
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /// @throws RegistryException if the registry stays away, or answers that it will not do it
  public <T> T ask(Supplier<T> question) {
    Duration waited = Duration.ZERO;
    for (Duration next = FIRST; ; next = next.multipliedBy(2)) {
      try {
        return question.get();
      } catch (RegistryException e) {
        if (e.kind() != RegistryException.Kind.UNAVAILABLE || waited.compareTo(limit) >= 0) {
          throw e;
        }
        if (waited.isZero()) {
          log.warn("the schema registry is away, asking again: {}", e.getMessage());
        }
        if (next.compareTo(LONGEST) > 0) {
          next = LONGEST;
        }
        pause(next, e);
        waited = waited.plus(next);
      }
    }
  }

  private void pause(Duration duration, RegistryException reason) {
    try {
      pause.of(duration);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
