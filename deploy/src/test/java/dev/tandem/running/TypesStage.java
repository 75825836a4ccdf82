package dev.tandem.running;

import dev.tandem.demo.Examples;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.run.SpecException;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StoreAddress;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A stack of its own with a migration `types` of one domain, run whole in this process.
final class TypesStage implements AutoCloseable {
  private static final String SPEC =
      """
      migration: types
      legacy: { url: "${LEGACY_URL}", user: "${LEGACY_USER}", password: "${LEGACY_PASSWORD}" }
      target: { url: "${TARGET_URL}", user: "${TARGET_USER}", password: "${TARGET_PASSWORD}" }
      kafka: { bootstrap.servers: "${KAFKA}" }
      registry: { url: "${REGISTRY}" }
      domains:
        all:
          owner: { team: types, contact: types@example.com }
          partitions: %d
          partition-by: %s
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          repair: { brake: 1 }
          sunset: { permanent: { because: "a test", review: 2027-12-31 } }
          entities:
      """;

  private final Path directory;
  private final Stack stack;
  private final List<Divergence> events = new ArrayList<>();
  private int partitions;
  private @Nullable Migration migration;
  private @Nullable MigrationRun run;
  private @Nullable LedgerReader ledger;

  TypesStage(Path directory) throws Exception {
    this.directory = directory;
    stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
  }

  StoreAddress legacy() {
    return stack.address().legacy();
  }

  StoreAddress target() {
    return stack.address().target();
  }

  /// The folder of the contracts of an entity, to be named `contracts/NAME` in its spec.
  Path contract(String name, String schema) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("contracts").resolve(name));
    return Files.writeString(folder.resolve("v1.avsc"), schema);
  }

  /// Runs a domain.
  ///
  /// @param partitionBy a field of each entity
  /// @param entities as they stand in its spec
  void run(int partitions, String partitionBy, String entities) throws Exception {
    Path spec =
        Files.writeString(
            directory.resolve("types.yaml"),
            SPEC.formatted(partitions, partitionBy) + entities.indent(6));
    Migration read;
    try {
      read = MigrationReader.read(spec, Examples.environment(stack.address()));
    } catch (SpecException e) {
      throw new AssertionError(e.problems().toString(), e);
    }
    migration = read;
    this.partitions = partitions;
    run =
        MigrationRun.start(
            read,
            new MigrationRun.Settings(
                EnumSet.allOf(Role.class),
                directory.resolve("state"),
                new Health(),
                new PipelineMetrics(new SimpleMeterRegistry(), "types"),
                new LagRecorder()));
    ledger = new LedgerReader(read.kafka().objects(), "types.divergence");
  }

  /// All that the ledger has said so far.
  List<Divergence> events() {
    Objects.requireNonNull(ledger).toEnd(entry -> events.add(entry.event()));
    return List.copyOf(events);
  }

  /// Everything that has been committed in the legacy store by now is judged, once the target
  /// answers a question so.
  void awaitJudged(String question, long answer) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> count(target(), question) == answer);
    awaitJudged();
  }

  /// The reconciler reports after a moment that nothing is pending.
  void awaitJudged() {
    var from = new HashMap<TopicPartition, Long>();
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(
            () -> {
              Map<TopicPartition, LagReport> newest = newest();
              newest.forEach((partition, report) -> from.putIfAbsent(partition, report.at()));
              return newest.size() == partitions
                  && newest.entrySet().stream()
                      .allMatch(
                          each ->
                              each.getValue().state() == LagReport.State.IDLE
                                  && each.getValue().at()
                                      > Objects.requireNonNull(from.get(each.getKey()))
                                          + 3_000_000);
            });
  }

  /// By the partition that is reported of, as the key of the report says it.
  private Map<TopicPartition, LagReport> newest() {
    var topic = new TopicPartition("types.reconciliation-lag", 0);
    var newest = new HashMap<TopicPartition, LagReport>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                Objects.requireNonNull(migration).kafka().clients().get("bootstrap.servers"),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      long end = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
      while (consumer.position(topic) < end) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          LagReport report = LagReports.decode(record.value());
          newest.put(new TopicPartition(report.domain(), report.partition()), report);
        }
      }
    }
    return newest;
  }

  void execute(StoreAddress store, String... statements) throws SQLException {
    try (var connection = connect(store);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /// The first column of each row.
  List<String> rows(StoreAddress store, String sql) throws SQLException {
    var found = new ArrayList<String>();
    try (var connection = connect(store);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private long count(StoreAddress store, String sql) throws SQLException {
    return Long.parseLong(rows(store, sql).getFirst());
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }

  @Override
  public void close() throws Exception {
    try (var _ = stack;
        var _ = run;
        var _ = ledger) {
      events.clear();
    }
  }
}
