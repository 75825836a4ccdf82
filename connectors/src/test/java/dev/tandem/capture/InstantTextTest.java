package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "2000-02-29T23:59:59.9Z",
        "2026-01-31T23:59:59.123456Z",
        "2026-01-31T23:59:59.000001Z",
        "2026-01-31T23:59:59.123456789Z",
        "2026-01-31T23:59:59.120+02:00",
        "2026-01-31T23:59Z",
        "1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z",
        "-4712-01-01T00:00:00Z"
      })
  void shouldReadAsTheLibraryDoes(String text) {
    assertThat(InstantText.micros(text)).isEqualTo(expected(text));
  }

  @Test
  void shouldReadAnyInstantAsTheLibraryDoes() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      long micros = random.nextLong(-62_000_000_000_000_000L, 250_000_000_000_000_000L);
      String text =
          Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC).toString();
      assertThat(InstantText.micros(text)).as("%s, seed %s", text, seed).isEqualTo(micros);
    }
  }

  private static long expected(String text) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(text).toInstant());
  }
}
