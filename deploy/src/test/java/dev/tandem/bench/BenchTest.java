package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.bench.Subject.By;
import dev.tandem.stack.DetachedStack;
import dev.tandem.stack.StackDirectory;
import dev.tandem.stack.StackPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  private static final Bench.Size SIZE =
      new Bench.Size(
          30_000,
          30_000,
          List.of(1_000, 1),
          List.of(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(5));

  @TempDir private Path directory;

  /// The JDBC sink is measured too where its libraries have been fetched.
  @Test
  @Tag("nightly")
  void shouldMeasureTandemBesideItsPeersInOneRun() throws Exception {
    var home = new StackDirectory(directory.resolve("stack"));
    var stack = new DetachedStack(home);
    PeerLibraries libraries = PeerLibraries.ofProgram();
    try {
      var bench =
          new Bench(
              stack.up(StackPorts.any()),
              home.path(),
              Optional.of(libraries),
              "dev.tandem.program.Tandem",
              _ -> {});
      var result = bench.run(SIZE, EnumSet.allOf(Chapter.class));

      assertThat(result.measured())
          .extracting(measured -> measured.subject().by())
          .contains(By.TANDEM, By.STEP, By.NATIVE, By.DEBEZIUM);
      assertThat(result.failures()).hasSize(libraries.areThere() ? 0 : 2);
      assertThat(Ratio.among(result.measured())).allMatch(ratio -> ratio.times() > 0);
      assertThat(result.measured())
          .extracting(measured -> measured.subject().toString())
          .contains(
              "6,000 rows of 40 columns: initial load, sweep to target",
              "30,000 updates of aggregates with 5 children, 6 per transaction: all at once",
              "30,000 deletes, 1,000 per transaction: all at once",
              "30,000 updates, 1,000 per transaction: " + Decoding.ENGINE,
              "30,000 updates, 1,000 per transaction: " + Decoding.DIRECT,
              "30,000 rows: backfill of equal stores",
              "30,000 rows: verification, rows of each side",
              "30,000 rows: start of translation" + Restoring.WITHOUT);
      assertThat(result.steady())
          .allSatisfy(steady -> assertThat(steady.lags().verdict().count()).isPositive());
      assertThat(result.idle())
          .hasValueSatisfying(idle -> assertThat(idle.resident()).isGreaterThan(10L << 20));
      assertThat(ResultPage.of(new Runs(List.of(result))))
          .contains("all at once", "sweep into the outbox");
    } finally {
      stack.down();
      stack.wipe();
    }
  }

  @Test
  @Tag("nightly")
  void shouldMeasureTranslationAndReconciliationWithSeveralThreads() throws Exception {
    var home = new StackDirectory(directory.resolve("stack"));
    var stack = new DetachedStack(home);
    try {
      var scaling = new Scaling(stack.up(StackPorts.any()), home.path(), _ -> {});
      var result = scaling.run(30_000);

      assertThat(result.measured())
          .extracting(measured -> measured.subject().what())
          .containsExactly(
              "reconcile with 1 thread",
              "reconcile with 2 threads",
              "reconcile with 4 threads",
              "translate with 1 thread",
              "translate with 2 threads",
              "translate with 4 threads");
      assertThat(result.models())
          .extracting(ScalingModel::step)
          .containsExactly("translate", "reconcile");
      assertThat(result.models()).allMatch(model -> model.perThread() > 0);
    } finally {
      stack.down();
      stack.wipe();
    }
  }
}
