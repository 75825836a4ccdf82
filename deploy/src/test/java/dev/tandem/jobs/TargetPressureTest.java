package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.job.PressureRule.Measure;
import dev.tandem.program.MiniMigration;
import dev.tandem.run.MigrationReader;
import dev.tandem.setup.Setup;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetPressureTest {
  @TempDir private Path directory;

  /// It is measured some times a second, and a connection costs both ends more than what is asked.
  @Test
  void shouldAskTheTargetOverOneConnectionAMeasurement() throws Exception {
    try (var mini = MiniMigration.start(directory)) {
      Setup.run(mini.site());
      var migration = MigrationReader.read(mini.spec(), Map.of());
      try (var pressure = new TargetPressure(migration, "items")) {
        long before = sessions(mini);
        var facts = pressure.facts();
        assertThat(facts.alarm()).isEmpty();
        assertThat(facts.measures())
            .extracting(Measure::what)
            .contains("commit in the target", "log retained by slot tandem_mini_target");
        assertThat(sessions(mini) - before).isEqualTo(1);
      }
    }
  }

  /// How many there have been in the target; each is counted when it has ended.
  private static long sessions(MiniMigration mini) throws SQLException {
    Awaitility.await()
        .until(
            () ->
                mini.query(
                        "legacy",
                        "SELECT count(*) FROM pg_stat_activity"
                            + " WHERE datname = 'target' AND backend_type = 'client backend'")
                    .equals("0"));
    return Long.parseLong(
        mini.query("legacy", "SELECT sessions FROM pg_stat_database WHERE datname = 'target'"));
  }
}
