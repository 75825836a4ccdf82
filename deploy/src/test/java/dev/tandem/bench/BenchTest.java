package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.bench.Subject.By;
import dev.tandem.stack.DetachedStack;
import dev.tandem.stack.StackDirectory;
import dev.tandem.stack.StackPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
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
          new Bench(stack.up(StackPorts.any()), home.path(), Optional.of(libraries), _ -> {});
      var result = bench.run(new Bench.Size(30_000, 500, Duration.ofSeconds(3)));

      assertThat(result.measured())
          .extracting(measured -> measured.subject().by())
          .contains(By.TANDEM, By.STEP, By.NATIVE, By.DEBEZIUM);
      assertThat(result.failures()).hasSize(libraries.areThere() ? 0 : 2);
      assertThat(Ratio.among(result.measured())).allMatch(ratio -> ratio.times() > 0);
      assertThat(ResultPage.of(result)).contains("all at once", "sweep into the outbox");
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
