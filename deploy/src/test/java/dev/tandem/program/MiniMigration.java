package dev.tandem.program;

import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.setup.Site;
import dev.tandem.spec.SpecReader;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.stack.registry.SchemaRegistryServer;
import dev.tandem.table.TableId;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgConnection;

/// A migration of one table on real servers: database `legacy` and database `target` of one
/// Postgres, a broker, a registry, and the spec file that names them.
public final class MiniMigration implements AutoCloseable {
  private static final String CONTRACT =
      """
      {"type": "record", "name": "Item", "namespace": "mini", "fields": [
        {"name": "itemId", "type": "int"}, {"name": "label", "type": "string"}]}
      """;
  private static final String SPEC =
      """
      migration: mini
      legacy: { url: "%s", user: "%s", password: "%s" }
      target: { url: "%s", user: "%s", password: "%s" }
      kafka: { bootstrap.servers: "%s" }
      registry: { url: "%s" }
      domains:
        items:
          owner: { team: shop, contact: shop@example.com }
          partitions: 2
          partition-by: itemId
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Item:
              contract: contracts/item
              version: 1
              from: { root: public.item }
              key: itemId
              map: { itemId: no, label: txt }
              to: { table: public.new_item }
          sunset:
            permanent: { because: "a test", review: 2027-12-31 }
      """;

  private final Path directory;
  private final PostgresServer postgres;
  private final EmbeddedKafka kafka;
  private final SchemaRegistryServer registry;

  private MiniMigration(
      Path directory, PostgresServer postgres, EmbeddedKafka kafka, SchemaRegistryServer registry) {
    this.directory = directory;
    this.postgres = postgres;
    this.kafka = kafka;
    this.registry = registry;
  }

  public static MiniMigration start(Path directory) throws Exception {
    var postgres =
        PostgresServer.start(
            PostgresSettings.in(directory.resolve("postgres")).withDatabase("legacy"));
    var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    var registry = SchemaRegistryServer.start(kafka.bootstrapServers(), 0);
    var migration = new MiniMigration(directory, postgres, kafka, registry);
    migration.legacy(
        "CREATE DATABASE target", "CREATE TABLE item (no int PRIMARY KEY, txt text NOT NULL)");
    migration.target("CREATE TABLE new_item (item_id int PRIMARY KEY, label text NOT NULL)");
    contract(directory);
    return migration;
  }

  /// Where a migration's servers are.
  record Address(String legacy, String target, String bootstrapServers, String registry) {}

  /// Writes the spec file with its contract, for servers that need not be there.
  static Path write(Path directory, Address address) throws IOException {
    contract(directory);
    return write(directory.resolve("mini.yaml"), PostgresServer.USER, address);
  }

  private static void contract(Path directory) throws IOException {
    Path contract = Files.createDirectories(directory.resolve("contracts/item"));
    Files.writeString(contract.resolve("v1.avsc"), CONTRACT);
  }

  private static Path write(Path file, String role, Address address) throws IOException {
    return Files.writeString(
        file,
        SPEC.formatted(
            address.legacy,
            role,
            PostgresServer.PASSWORD,
            address.target,
            role,
            PostgresServer.PASSWORD,
            address.bootstrapServers,
            address.registry));
  }

  /// The spec file with a target that nobody listens for.
  Path specWithoutTarget() throws IOException {
    var nowhere = "jdbc:postgresql://127.0.0.1:1/target";
    return write(
        directory.resolve("away.yaml"),
        PostgresServer.USER,
        new Address(postgres.url("legacy"), nowhere, kafka.bootstrapServers(), registry.url()));
  }

  /// The spec file, for the given role in both stores.
  Path spec(String role) throws IOException {
    return write(
        directory.resolve("mini-" + role + ".yaml"),
        role,
        new Address(
            postgres.url("legacy"),
            postgres.url("target"),
            kafka.bootstrapServers(),
            registry.url()));
  }

  public Path spec() throws IOException {
    return spec(PostgresServer.USER);
  }

  public Site site() throws Exception {
    return site(PostgresServer.USER);
  }

  /// For a role in both stores.
  Site site(String role) throws Exception {
    var spec = SpecReader.read(spec(), Map.of());
    MigrationPlan plan;
    try (var legacy = connect("legacy");
        var target = connect("target")) {
      plan =
          PlanCompiler.compile(
                  spec.draft().orElseThrow(),
                  PostgresCatalog.read(legacy, List.of(TableId.parse("public.item"))),
                  PostgresCatalog.read(target, List.of(TableId.parse("public.new_item"))),
                  spec.problems())
              .orElseThrow(() -> new AssertionError(spec.problems().all()));
    }
    return new Site(
        plan,
        () -> connect("legacy", role),
        () -> connect("target", role),
        Map.of("bootstrap.servers", kafka.bootstrapServers()),
        registryClient());
  }

  private SchemaRegistryClient registryClient() {
    return new SchemaRegistryClient(
        RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /// The value of the last committed record of a topic's first partition.
  String lastRecord(String topic) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    var partition = new TopicPartition(topic, 0);
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      String last = "";
      while (consumer.position(partition) < end) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          last = record.value();
        }
      }
      return last;
    }
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  void legacy(String... statements) throws SQLException {
    execute("legacy", statements);
  }

  void target(String... statements) throws SQLException {
    execute("target", statements);
  }

  /// The first column of the first row, as text.
  public String query(String database, String sql) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private void execute(String database, String... statements) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /// Takes away what set-up made, and every topic of the migration.
  void clean() throws Exception {
    legacy(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION IF EXISTS tandem_mini");
    target("DROP PUBLICATION IF EXISTS tandem_mini_target", "DROP SCHEMA IF EXISTS tandem CASCADE");
    try (Admin admin = admin()) {
      delete(admin, topics(admin));
    }
    var subjects = registryClient();
    subjects.subjects().stream().filter(it -> it.startsWith("mini.")).forEach(subjects::delete);
  }

  /// Deletes topics. A broker learns of it a little later than the one who was asked.
  void delete(List<String> topics) throws Exception {
    try (Admin admin = admin()) {
      delete(admin, topics);
    }
  }

  private static void delete(Admin admin, List<String> topics) throws Exception {
    admin.deleteTopics(topics).all().get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Collections.disjoint(admin.listTopics().names().get(), topics));
  }

  private static List<String> topics(Admin admin) throws Exception {
    return admin.listTopics().names().get().stream()
        .filter(name -> name.startsWith("mini."))
        .toList();
  }

  /// A session that can stream.
  PgConnection replication() throws SQLException {
    var properties = new Properties();
    PGProperty.USER.set(properties, PostgresServer.USER);
    PGProperty.PASSWORD.set(properties, PostgresServer.PASSWORD);
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
    return DriverManager.getConnection(postgres.url("legacy"), properties)
        .unwrap(PgConnection.class);
  }

  Connection connect(String database) throws SQLException {
    return connect(database, PostgresServer.USER);
  }

  private Connection connect(String database, String role) throws SQLException {
    return DriverManager.getConnection(postgres.url(database), role, PostgresServer.PASSWORD);
  }

  @Override
  public void close() {
    registry.close();
    kafka.close();
    postgres.close();
  }
}
