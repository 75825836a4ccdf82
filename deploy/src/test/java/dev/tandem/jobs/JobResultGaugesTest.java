package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ledger.Events;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobResultGaugesTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final JobResultGauges gauges = new JobResultGauges(meters, Tags.of("migration", "shop"));

  private double value(String name, String... tags) {
    return meters.get(name).tags(tags).gauge().value();
  }

  @Test
  void shouldTellFoundMendedAndTouchedApart() {
    gauges.set(
        List.of(
            TestJobs.found(
                "v1",
                Events.of("1"),
                Events.of("2").kind(Kind.UNTRANSLATABLE),
                Events.of("3").kind(Kind.MISSING),
                Events.of("3").kind(Kind.MISSING).state(State.REPAIRING),
                Events.of("3").kind(Kind.MISSING).state(State.CLOSED),
                Events.of("4").kind(Kind.MISSING),
                Events.of("4").kind(Kind.MISSING).state(State.CLOSED)),
            TestJobs.found("v2")));
    assertThat(value("tandem.job.found", "job_id", "v1", "kind", "MISSING")).isEqualTo(2);
    assertThat(value("tandem.job.found", "job_id", "v1", "kind", "FIELD_MISMATCH")).isEqualTo(1);
    assertThat(value("tandem.job.open", "job_id", "v1")).isEqualTo(2);
    assertThat(value("tandem.job.closed", "job_id", "v1", "by", "repair")).isEqualTo(1);
    assertThat(value("tandem.job.closed", "job_id", "v1", "by", "otherwise")).isEqualTo(1);
    assertThat(value("tandem.job.beyond.repair", "job_id", "v1")).isEqualTo(1);
    assertThat(value("tandem.job.tenants", "job_id", "v1")).isEqualTo(1);
    assertThat(value("tandem.job.open", "job_id", "v2")).isZero();
  }

  @Test
  void shouldShowOnWhatHasEndedAndNotKeepItForEver() {
    gauges.set(List.of(TestJobs.found("old", Events.of("1"))));
    gauges.set(List.of(TestJobs.found("new", Events.of("2"))));
    assertThat(value("tandem.job.open", "job_id", "old")).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      gauges.set(List.of(TestJobs.found("later-" + i)));
    }
    assertThat(meters.find("tandem.job.open").tag("job_id", "old").gauge()).isNull();
    assertThat(value("tandem.job.open", "job_id", "later-19")).isZero();
  }
}
