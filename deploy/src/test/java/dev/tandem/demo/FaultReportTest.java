package dev.tandem.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.FaultReport.Counts;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.Position;
import dev.tandem.wire.Divergence.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultReportTest {
  private static final Fault UPDATED =
      new Fault(1, Trick.CUSTOMER_UPDATED, 7, "key", Instant.ofEpochSecond(10));

  @Test
  void shouldBeRightWhenEachFaultIsFoundAsWhatItIsAndClosed() {
    var report =
        report(
            event("a", State.OPENED, Kind.FOREIGN_WRITE, "key", 11),
            event("a", State.CLOSED, Kind.FOREIGN_WRITE, "key", 14));

    assertThat(report.isRight()).isTrue();
    assertThat(report.times().detection().p50()).isEqualTo(Duration.ofSeconds(1));
    assertThat(report.times().closure().p99()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void shouldMissAFaultOfWhichNothingWasOpened() {
    var report = report();

    assertThat(report.isRight()).isFalse();
    assertThat(report.missed()).singleElement().asString().endsWith("not found");
  }

  @Test
  void shouldTellAFaultThatIsFoundAsAnotherKind() {
    var report =
        report(
            event("a", State.OPENED, Kind.LOST_WRITE, "key", 11),
            event("a", State.CHANGED, Kind.FOREIGN_WRITE, "key", 12),
            event("a", State.CLOSED, Kind.FOREIGN_WRITE, "key", 14));

    assertThat(report.isRight()).isFalse();
    assertThat(counts(report, Kind.FOREIGN_WRITE).foundAsAnotherKind()).isEqualTo(1);
    assertThat(report.invented()).isZero();
  }

  @Test
  void shouldCallADivergenceOfAnotherEntityInvented() {
    var report =
        report(
            event("a", State.OPENED, Kind.FOREIGN_WRITE, "key", 11),
            event("a", State.CLOSED, Kind.FOREIGN_WRITE, "key", 12),
            event("b", State.OPENED, Kind.MISSING, "other", 11),
            event("b", State.CLOSED, Kind.MISSING, "other", 12));

    assertThat(report.isRight()).isFalse();
    assertThat(counts(report, Kind.MISSING).invented()).isEqualTo(1);
  }

  @Test
  void shouldCallASecondDivergenceOfAFaultInvented() {
    var report =
        report(
            event("a", State.OPENED, Kind.FOREIGN_WRITE, "key", 11),
            event("a", State.CLOSED, Kind.FOREIGN_WRITE, "key", 12),
            event("b", State.OPENED, Kind.FIELD_MISMATCH, "key", 13),
            event("b", State.CLOSED, Kind.FIELD_MISMATCH, "key", 14));

    assertThat(report.found()).isEqualTo(1);
    assertThat(report.invented()).isEqualTo(1);
  }

  @Test
  void shouldNotBeRightWhileSomethingIsOpen() {
    var report = report(event("a", State.OPENED, Kind.FOREIGN_WRITE, "key", 11));

    assertThat(report.found()).isEqualTo(1);
    assertThat(report.open()).isEqualTo(1);
    assertThat(report.isRight()).isFalse();
  }

  @Test
  void shouldCountFromWhenATrapHasSprung() {
    var report =
        FaultReport.of(
            List.of(UPDATED),
            Map.of(1, Instant.ofEpochSecond(12)),
            List.of(event("a", State.OPENED, Kind.FOREIGN_WRITE, "key", 13)));

    assertThat(report.times().detection().p50()).isEqualTo(Duration.ofSeconds(1));
  }

  private static Counts counts(FaultReport report, Kind kind) {
    return java.util.Objects.requireNonNull(report.byKind().get(kind));
  }

  private static FaultReport report(Divergence... events) {
    return FaultReport.of(List.of(UPDATED), Map.of(), List.of(events));
  }

  private static Divergence event(String id, State state, Kind kind, String key, long second) {
    return new Divergence(
        id,
        state,
        kind,
        "customers",
        "Customer",
        List.of(new KeyPart("customerId", key)),
        "acme",
        List.of(),
        Position.ABSENT,
        Position.ABSENT,
        new Context(0, 1, 1, 1, "", "legacy", "", "", 0, 0, second * 1_000_000));
  }
}
