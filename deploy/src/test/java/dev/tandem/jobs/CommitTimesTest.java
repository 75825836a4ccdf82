package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitTimesTest {
  private final CommitTimes times = new CommitTimes();

  @Test
  void shouldTellTheMiddleOfTheLastThree() {
    assertThat(times.of(5)).isEqualTo(5);
    assertThat(times.of(900)).as("one that is slow says nothing by itself").isEqualTo(5);
    assertThat(times.of(7)).isEqualTo(7);
    assertThat(times.of(800)).isEqualTo(800);
    assertThat(times.of(6)).isEqualTo(7);
  }
}
