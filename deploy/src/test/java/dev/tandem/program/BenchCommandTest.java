package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.bench.Bench;
import dev.tandem.bench.Idle;
import dev.tandem.bench.Machine;
import dev.tandem.bench.Measured;
import dev.tandem.bench.Measured.Used;
import dev.tandem.bench.Runs;
import dev.tandem.bench.Steady;
import dev.tandem.bench.Subject;
import dev.tandem.bench.Subject.By;
import dev.tandem.metrics.LagRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The command line of the benchmark, and its results as text and as JSON.
class BenchCommandTest {
  private static final Machine MACHINE =
      new Machine(Instant.EPOCH, "Some Processor", 2, 24L << 30, "Linux", List.of(), "Java 25");

  private static Runs runs(int... perSecond) {
    return new Runs(IntStream.of(perSecond).mapToObj(BenchCommandTest::result).toList());
  }

  private static Bench.Result result(int perSecond) {
    var used = new Used(Duration.ofSeconds(5), Duration.ofSeconds(3));
    var measured =
        new Measured(
            new Subject("updates", "all at once", By.TANDEM),
            perSecond,
            Duration.ofSeconds(1),
            used,
            List.of());
    return new Bench.Result(
        List.of(measured),
        List.of(steady(2_000, Duration.ofSeconds(1)), steady(5_000, Duration.ofSeconds(9))),
        Optional.empty(),
        Optional.of(
            new Idle(
                Duration.ofSeconds(60),
                Duration.ofMillis(2_400),
                Duration.ofSeconds(3),
                400L << 20)),
        List.of(),
        MACHINE);
  }

  private static Steady steady(int rate, Duration behind) {
    return new Steady(rate, rate, behind, new Steady.Lags(lag(20), lag(80), lag(300)), List.of());
  }

  private static LagRecorder.Summary lag(int millis) {
    var lag = new LagRecorder();
    lag.record(millis * 1_000L, 1);
    return lag.summary();
  }

  @Test
  void shouldNameWhatCanBeAskedForAlone() {
    var wrong = Ended.of("bench", "--only", "updates,nothing");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("nothing", "UPDATES", "STEADY", "DECODE");
    assertThat(Ended.of("bench", "--help").out()).contains("RESTORE", "IDLE");
  }

  @Test
  void shouldRefuseToRunNotOnce() {
    var wrong = Ended.of("bench", "--runs", "0");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--runs: expected 1 or more, found 0");
  }

  @Test
  void shouldTellSpreadWhereThereIsOne() {
    assertThat(BenchForm.text(runs(3_000, 1_000, 2_000)))
        .anyMatch(line -> line.matches("updates: all at once .* 2,000 .* 1,000 +3,000"));
    assertThat(BenchForm.text(runs(3_000))).noneMatch(line -> line.contains("least"));
  }

  @Test
  void shouldTellLagByStepWhereTheMachineKeptUp() {
    assertThat(BenchForm.text(runs(1_000)))
        .anyMatch(line -> line.startsWith("  to the verdict") && line.contains("p99.9 3"))
        .anyMatch(line -> line.startsWith("5,000 changes per second, more than this machine"))
        .anyMatch(line -> line.contains("4.0 % of one core, 400 MiB resident"));
  }

  @Test
  void shouldGiveTheSameAsJson() throws Exception {
    var json = new ObjectMapper().readTree(BenchJson.of(runs(3_000, 1_000, 2_000)));
    assertThat(json.path("runs").asInt()).isEqualTo(3);
    var measured = json.path("measured").path(0);
    assertThat(measured.path("perSecond").asDouble()).isEqualTo(2_000);
    assertThat(measured.path("perSecondLeast").asDouble()).isEqualTo(1_000);
    assertThat(measured.path("perSecondMost").asDouble()).isEqualTo(3_000);
    assertThat(json.path("steady").path(0).path("kept").asBoolean()).isTrue();
    assertThat(json.path("steady").path(1).path("kept").asBoolean()).isFalse();
    assertThat(json.path("idle").path("residentBytes").asLong()).isEqualTo(400L << 20);
  }
}
