package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartGaugesTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Health health = new Health();
  private Health.State state = Health.State.WAITING;

  @BeforeEach
  void measure() {
    health.measure(meters, "shop");
    health.add("capture", () -> new Health.Condition(state, ""));
  }

  private double value(String gauge) {
    return meters.get(gauge).tags("migration", "shop", "part", "capture").gauge().value();
  }

  @Test
  void shouldFollowThePart() {
    assertThat(value("tandem.part.ready")).isZero();
    assertThat(value("tandem.part.stopped")).isZero();
    state = Health.State.READY;
    assertThat(value("tandem.part.ready")).isOne();
    state = Health.State.STOPPED;
    assertThat(value("tandem.part.ready")).isZero();
    assertThat(value("tandem.part.stopped")).isOne();
  }

  @Test
  void shouldFollowThePartThatTookAnothersPlace() {
    health.remove("capture");
    assertThat(meters.getMeters()).isEmpty();
    health.add("capture", () -> Health.Condition.READY);
    assertThat(value("tandem.part.ready")).isOne();
  }

  @Test
  void shouldShowPartsThatWereThereBefore() {
    var later = new SimpleMeterRegistry();
    health.measure(later, "shop");
    assertThat(later.getMeters()).hasSize(2);
  }
}
