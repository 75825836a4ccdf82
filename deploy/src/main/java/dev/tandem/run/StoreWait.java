package dev.tandem.run;

import dev.tandem.metrics.Health;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Waits for the stores of a spec that is to be run: a part of the process like any other, that
/// waits while they are away, and is no more when they are there.
///
/// @param stopped ends it
/// @param said hears why it waits, one line each time that the reason is another
public record StoreWait(Health health, CountDownLatch stopped, Consumer<String> said) {
  private static final String PART = "stores";

  /// The migration, as soon as its stores are there; empty if it was ended before.
  ///
  /// @throws SpecException if the spec does not fit them
  public Optional<Migration> of(SpecDraft draft) throws InterruptedException {
    var pauses = new Pauses();
    String last = "";
    try {
      do {
        try {
          return Optional.of(draft.migration());
        } catch (StoresAwayException away) {
          health.add(PART, () -> Health.Condition.waiting(away.reason()));
          if (!away.reason().equals(last)) {
            said.accept(away.reason());
            last = away.reason();
          }
        }
      } while (!stopped.await(pauses.next().toMillis(), TimeUnit.MILLISECONDS));
      return Optional.empty();
    } finally {
      health.remove(PART);
    }
  }
}
