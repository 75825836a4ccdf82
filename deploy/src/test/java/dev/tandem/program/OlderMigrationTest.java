package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.setup.Setup;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A migration that a program set up which did not capture the target.
class OlderMigrationTest {
  private static final String SLOTS = "SELECT count(*) FROM pg_replication_slots WHERE database = ";

  @Test
  void shouldObserveItsTargetOnceSetUpHasBroughtItUpToDateAndNotBefore(@TempDir Path directory)
      throws Exception {
    try (var mini = MiniMigration.start(directory)) {
      Setup.run(mini.site());
      makeOlder(mini);
      var health = new Health();
      try (var _ = MigrationRun.start(read(mini), settings(directory, health))) {
        awaitLine(health, "observe: waiting");
        assertThat(health.lines()).contains("set-up: done");
        assertThat(mini.query("target", SLOTS + "'target'")).isEqualTo("0");
        Setup.run(mini.site());
        awaitLine(health, "observe: ready");
      }
      assertThat(mini.query("target", SLOTS + "'target'")).isEqualTo("1");
    }
  }

  private static void makeOlder(MiniMigration mini) throws Exception {
    mini.target(
        "SELECT pg_drop_replication_slot('tandem_mini_target')",
        "DROP PUBLICATION tandem_mini_target");
    mini.delete(List.of("mini.observed-offsets", "mini.divergence", "mini.reconciliation-lag"));
  }

  private static Migration read(MiniMigration mini) throws Exception {
    return MigrationReader.read(mini.spec(), Map.of());
  }

  private static MigrationRun.Settings settings(Path directory, Health health) {
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "mini");
    return new MigrationRun.Settings(
        Set.of(Role.RECONCILE), directory.resolve("state"), health, metrics, new LagRecorder());
  }

  private static void awaitLine(Health health, String line) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(health.lines()).contains(line));
  }
}
