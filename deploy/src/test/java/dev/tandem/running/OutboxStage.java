package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Generations;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Divergence.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/// What tests of a legacy outbox table do and see, on real stores.
final class OutboxStage {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private OutboxStage() {}

  /// Every role, with its state below a directory.
  static MigrationRun.Settings settings(Path directory, Health health) {
    return new MigrationRun.Settings(
        EnumSet.allOf(Role.class),
        directory.resolve("state"),
        health,
        new PipelineMetrics(new SimpleMeterRegistry(), "events"),
        new LagRecorder());
  }

  /// Writes the first version of a contract.
  static void contract(Path directory, String name, String text) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("contracts/" + name));
    Files.writeString(folder.resolve("v1.avsc"), text);
  }

  static StatusReader status(Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  /// Everything committed was applied and compared.
  static void awaitRest(StatusReader status) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .during(Duration.ofSeconds(2))
        .ignoreExceptions()
        .until(
            () ->
                status.uncompared().isEmpty()
                    && status.read().stream().allMatch(OutboxStage::isAtRest));
  }

  private static boolean isAtRest(DomainStatus domain) {
    return domain.captured() > 0 && domain.applied() == domain.captured();
  }

  static List<DeadLetter> letters(Migration migration) {
    return LetterReport.read(
            new LetterReport.Source(
                migration.plan(), migration.kafka().objects(), Generations.NONE),
            _ -> true,
            1_000)
        .book()
        .newest()
        .stream()
        .map(StoredLetter::letter)
        .toList();
  }

  static void awaitOpen(StatusReader status, Map<String, Map<Kind, Long>> open) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(status.openDivergences().orElseThrow()).isEqualTo(open));
  }

  static void execute(Connection store, String sql) throws SQLException {
    try (var statement = store.createStatement()) {
      statement.execute(sql);
    }
  }

  static Map<String, String> rows(Connection store, String sql) throws SQLException {
    var found = new TreeMap<String, String>();
    try (var statement = store.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.put(rows.getString(1), rows.getString(2));
      }
    }
    return found;
  }

  static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }
}
