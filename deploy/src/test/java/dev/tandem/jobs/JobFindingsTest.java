package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ledger.Events;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import org.junit.jupiter.api.Test;

class JobFindingsTest {
  private final JobFindings findings = new JobFindings(TestJobs.order("v1"));

  private void happened(Events... events) {
    for (Events event : events) {
      findings.accept(event.entry());
    }
  }

  /// Such a repair is no attempt of the domain's own.
  @Test
  void shouldKnowOfARepairThatWasAskedForByHand() {
    var first = Events.of("1");
    var second = Events.of("2");
    happened(first, second, Events.of("3"));
    happened(first.state(State.REPAIRING).silent(), second.state(State.REPAIRING).silent());
    assertThat(findings.notHelped()).isEqualTo(2);
    happened(second.state(State.CLOSED), Events.of("3").state(State.CLOSED));
    assertThat(findings.notHelped()).isEqualTo(1);
    assertThat(findings.closedByRepair()).isEqualTo(1);
    assertThat(findings.closedOtherwise()).isEqualTo(1);
  }

  @Test
  void shouldKeepWhatDiffersThoughARepairWasAskedFor() {
    happened(Events.of("1").remedy(Divergence.BACKFILL));
    happened(Events.of("1").state(State.REPAIRING).silent());
    assertThat(findings.open().getFirst().event().fields()).hasSize(1);
    assertThat(findings.notRepairable()).isEqualTo(1);
  }

  @Test
  void shouldCountWhatNoRepairCanCloseByItsRemedy() {
    happened(
        Events.of("1"),
        Events.of("2").kind(Kind.GHOST).remedy(Divergence.BACKFILL),
        Events.of("3").kind(Kind.UNEXPECTED).remedy(Divergence.BY_HAND),
        Events.of("4").kind(Kind.CAPTURE_LOSS),
        Events.of("5").kind(Kind.UNTRANSLATABLE));
    assertThat(findings.notRepairable()).isEqualTo(4);
  }

  @Test
  void shouldTakeNothingThatWasOpenedAfterTheEnd() {
    happened(Events.of("1").openedAt(1000_000), Events.of("2").openedAt(2000_000));
    happened(Events.of("2").state(State.CLOSED).openedAt(2000_000));
    assertThat(findings.endedAt(1_500_000)).isFalse();
    happened(Events.of("3").openedAt(3_000_000));
    assertThat(findings.count()).isEqualTo(1);
    assertThat(findings.endedAt(0)).as("it was resumed").isTrue();
    happened(Events.of("3").openedAt(3_000_000));
    assertThat(findings.count()).isEqualTo(2);
    assertThat(findings.endedAt(0)).isFalse();
  }
}
