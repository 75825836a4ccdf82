package dev.tandem.standing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Place;
import dev.tandem.spec.Objectives;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollbackTimeTest {
  private static final Optional<Objectives> WEEK = promised(Optional.of(Duration.ofDays(7)));

  private static Optional<Objectives> promised(Optional<Duration> within) {
    return Optional.of(new Objectives(Duration.ofSeconds(5), 0, Duration.ofMinutes(1), within));
  }

  private static Generation generation(State state, String at) {
    return new Generation(
        "orders", 1, state, new Place("tandem_shop_orders_1", 0), new Note("anna", at, "better"));
  }

  /// As PostgreSQL writes it, wherever the session is.
  @ParameterizedTest
  @CsvSource({
    "2026-11-28 01:02:03.456789+00, 2026-12-05T01:02:03.456789Z",
    "2026-11-28 01:02:03+05:30, 2026-12-04T19:32:03Z",
    "2026-11-28 01:02:03.1-08, 2026-12-05T09:02:03.100Z"
  })
  void shouldCountFromThePromotion(String at, Instant until) {
    assertThat(RollbackTime.until(generation(State.KEPT, at), WEEK)).contains(until);
  }

  @Test
  void shouldKeepNothingThatWasNeverLiveOrNotPromised() {
    String at = "2026-11-28 01:02:03+00";
    assertThat(RollbackTime.until(generation(State.CANCELLED, at), WEEK)).isEmpty();
    assertThat(RollbackTime.until(generation(State.BUILDING, at), WEEK)).isEmpty();
    assertThat(RollbackTime.until(generation(State.KEPT, at), promised(Optional.empty())))
        .isEmpty();
    assertThat(RollbackTime.until(generation(State.KEPT, at), Optional.empty())).isEmpty();
  }
}
