package dev.tandem.running;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.stack.IssuedKey;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.stack.registry.SchemaRegistryServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// A migration whose connections to both stores and to Kafka are all encrypted, each with a server
/// that is proven (`verify-full`, a trust store), and where the server asks for it with a client
/// that is: by a password, or by a certificate.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class EncryptedTest {
  private static final String SCRAM_PASSWORD = "only-under-tls";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Path directory;
  private IssuedKey broker;
  private IssuedKey client;
  private IssuedKey stranger;
  private int scramPort;
  private int mutualPort;
  private EmbeddedKafka kafka;
  private Store legacy;
  private Store target;
  private SchemaRegistryServer registry;

  /// A server that lets nobody in without TLS.
  private record Store(PostgresServer server, IssuedKey key) implements AutoCloseable {
    String url(String host, Path trusted, String more) {
      return "jdbc:postgresql://%s:%d/tandem?sslmode=verify-full&sslrootcert=%s%s"
          .formatted(host, server.port(), trusted, more);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  @BeforeAll
  void start(@TempDir Path given) throws Exception {
    directory = given;
    broker = IssuedKey.of(directory, "broker", "EC");
    stranger = IssuedKey.of(directory, "stranger", "EC");
    client = IssuedKey.of(directory, PostgresServer.USER, "EC");
    legacy = store("legacy", "");
    target = store("target", " clientcert=verify-full");
    kafka = kafka();
    registry = SchemaRegistryServer.start(kafka.bootstrapServers(), 0);
    Path contract = Files.createDirectories(directory.resolve("contracts/item"));
    Files.writeString(
        contract.resolve("v1.avsc"),
        """
        {"type": "record", "name": "Item", "namespace": "veiled", "fields": [
          {"name": "itemId", "type": "int"}, {"name": "label", "type": "string"}]}
        """);
  }

  @AfterAll
  void stop() {
    registry.close();
    kafka.close();
    target.close();
    legacy.close();
  }

  /// @param asked what the server asks of a client beside its password
  private Store store(String name, String asked) throws Exception {
    Path folder = directory.resolve(name);
    var key = IssuedKey.of(folder, name, "EC");
    Path rules = folder.resolve("hba.conf");
    Files.writeString(rules, "host all all 127.0.0.1/32 scram-sha-256\n");
    Path trusted = folder.resolve("clients.crt");
    Files.copy(client.certificate(), trusted);
    var server =
        PostgresServer.start(
            PostgresSettings.in(folder)
                .withParameters(
                    Map.of(
                        "ssl", "on",
                        "ssl_cert_file", key.certificate().toString(),
                        "ssl_key_file", key.key().toString(),
                        "ssl_ca_file", trusted.toString(),
                        "hba_file", rules.toString())));
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + name + " (no int PRIMARY KEY)");
      Files.writeString(
          rules,
          """
          hostssl all         all 127.0.0.1/32 scram-sha-256%1$s
          hostssl replication all 127.0.0.1/32 scram-sha-256%1$s
          """
              .formatted(asked));
      statement.execute("SELECT pg_reload_conf()");
    }
    return new Store(server, key);
  }

  private EmbeddedKafka kafka() throws Exception {
    List<Integer> ports = QuietPorts.find(4);
    int plain = ports.get(0);
    int controller = ports.get(1);
    scramPort = ports.get(2);
    mutualPort = ports.get(3);
    String listeners =
        "CLIENTS://127.0.0.1:%d,SCRAM://127.0.0.1:%d,MUTUAL://127.0.0.1:%d"
            .formatted(plain, scramPort, mutualPort);
    var settings = new HashMap<String, String>();
    settings.put("listeners", listeners + ",CONTROLLER://127.0.0.1:" + controller);
    settings.put("advertised.listeners", listeners);
    settings.put(
        "listener.security.protocol.map",
        "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT,SCRAM:SASL_SSL,MUTUAL:SSL");
    for (String listener : List.of("scram", "mutual")) {
      settings.put("listener.name." + listener + ".ssl.keystore.type", "PEM");
      settings.put("listener.name." + listener + ".ssl.keystore.location", broker.both() + "");
    }
    settings.put("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put(
        "listener.name.scram.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put("listener.name.mutual.ssl.client.auth", "required");
    settings.put("listener.name.mutual.ssl.truststore.type", "PEM");
    settings.put("listener.name.mutual.ssl.truststore.location", client.certificate() + "");
    var started =
        EmbeddedKafka.start(
            directory.resolve("kafka"),
            new EmbeddedKafka.Ports(plain, controller),
            List.of(),
            settings);
    try (var admin = Admin.create(Map.of("bootstrap.servers", started.bootstrapServers()))) {
      var info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      "tandem", info, SCRAM_PASSWORD.getBytes(StandardCharsets.UTF_8))))
          .all()
          .get();
    }
    return started;
  }

  private Map<String, String> withPassword(IssuedKey trusted) {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + scramPort,
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "SCRAM-SHA-512",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username='tandem'"
            + " password='"
            + SCRAM_PASSWORD
            + "';",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        trusted.certificate().toString());
  }

  private Map<String, String> withCertificate(IssuedKey shown) {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + mutualPort,
        "security.protocol",
        "SSL",
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.location",
        shown.both().toString(),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        broker.certificate().toString());
  }

  private String ofLegacy(String host, IssuedKey trusted) {
    return legacy.url(host, trusted.certificate(), "");
  }

  private String ofTarget(IssuedKey shown) {
    return target.url(
        "127.0.0.1",
        target.key().certificate(),
        "&sslcert=%s&sslkey=%s".formatted(shown.certificate(), shown.pkcs8()));
  }

  /// The spec of a migration of `item_NAME` to `new_NAME`.
  private Path spec(String name, String legacyUrl, String targetUrl, Map<String, String> clients)
      throws Exception {
    return Files.writeString(
        directory.resolve(name + ".yaml"),
        """
        migration: %1$s
        legacy: { url: "%2$s", user: tandem, password: tandem }
        target: { url: "%3$s", user: tandem, password: tandem }
        kafka: { %4$s }
        registry: { url: "%5$s" }
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
                from: { root: public.item_%1$s }
                key: itemId
                map: { itemId: no, label: txt }
                to: { table: public.new_%1$s }
            sunset:
              permanent: { because: "a test", review: 2027-12-31 }
        """
            .formatted(
                name,
                legacyUrl,
                targetUrl,
                clients.entrySet().stream()
                    .map(each -> "%s: \"%s\"".formatted(each.getKey(), each.getValue()))
                    .collect(joining(", ")),
                registry.url()));
  }

  private Connection toLegacy() throws SQLException {
    return access(ofLegacy("127.0.0.1", legacy.key())).connect();
  }

  private Connection toTarget() throws SQLException {
    return access(ofTarget(client)).connect();
  }

  private static PostgresAccess access(String url) {
    return new PostgresAccess(url, PostgresServer.USER, PostgresServer.PASSWORD);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  @Test
  void shouldRunWithAPasswordForKafka() throws Exception {
    run("scram", withPassword(broker));
  }

  @Test
  void shouldRunWithACertificateForKafka() throws Exception {
    run("mutual", withCertificate(client));
  }

  /// All roles load, stream, and find what somebody wrote into the target.
  private void run(String name, Map<String, String> clients) throws Exception {
    Path spec = spec(name, ofLegacy("127.0.0.1", legacy.key()), ofTarget(client), clients);
    var tandem = new Commands(spec);
    try (var old = toLegacy();
        var fresh = toTarget()) {
      execute(old, "CREATE TABLE public.item_" + name + " (no int PRIMARY KEY, txt text NOT NULL)");
      execute(old, "INSERT INTO public.item_" + name + " VALUES (1, 'a'), (2, 'b')");
      execute(
          fresh,
          "CREATE TABLE public.new_" + name + " (item_id int PRIMARY KEY, label text NOT NULL)");
      tandem.done("doctor");
      var settings =
          new MigrationRun.Settings(
              EnumSet.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY, Role.RECONCILE),
              directory.resolve("state-" + name),
              new Health(),
              new PipelineMetrics(new SimpleMeterRegistry(), name),
              new LagRecorder());
      try (var running = MigrationRun.start(MigrationReader.read(spec, Map.of()), settings)) {
        awaitContent(fresh, name, "1 a,2 b");
        execute(old, "UPDATE public.item_" + name + " SET txt = 'c' WHERE no = 2");
        execute(old, "DELETE FROM public.item_" + name + " WHERE no = 1");
        awaitContent(fresh, name, "2 c");
        awaitOpen(tandem, 0);
        execute(fresh, "UPDATE public.new_" + name + " SET label = 'x' WHERE item_id = 2");
        awaitOpen(tandem, 1);
        assertThat(readers(old)).as("of the legacy store's log").isEqualTo("1 of 1 encrypted");
        assertThat(readers(fresh)).as("of the target's log").isEqualTo("1 of 1 encrypted");
      }
    }
  }

  private static void awaitContent(Connection target, String name, String expected) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                query(
                    target,
                    "SELECT string_agg(item_id || ' ' || label, ',' ORDER BY item_id) FROM public.new_"
                        + name),
            expected::equals);
  }

  private static void awaitOpen(Commands tandem, int expected) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                tandem
                    .run("divergences", "--open", "--compared", "--json")
                    .json()
                    .path("open")
                    .asInt(-1),
            open -> open == expected);
  }

  private static String readers(Connection store) throws SQLException {
    return query(
        store,
        """
        SELECT count(*) FILTER (WHERE ssl) || ' of ' || count(*) || ' encrypted'
        FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE backend_type = 'walsender'""");
  }

  @Test
  void shouldRefuseAStoreThatIsNotProven() throws Exception {
    String known = ofLegacy("127.0.0.1", legacy.key());
    assertThat(
            refused(
                "other", ofLegacy("127.0.0.1", stranger), ofTarget(client), withPassword(broker)))
        .as("a server with another certificate")
        .contains("failure  legacy", "PKIX path");
    assertThat(
            refused(
                "name",
                ofLegacy("localhost", legacy.key()),
                ofTarget(client),
                withPassword(broker)))
        .as("a server of another name")
        .contains("failure  legacy", "localhost");
    assertThat(refused("shown", known, ofTarget(stranger), withPassword(broker)))
        .as("a client with another certificate")
        .contains("failure  target");
    assertThat(
            refused(
                "plain",
                known.replace("verify-full", "disable"),
                ofTarget(client),
                withPassword(broker)))
        .as("a client that would talk in the open")
        .contains("failure  legacy", "no pg_hba.conf entry");
  }

  @Test
  void shouldRefuseABrokerThatIsNotProven() throws Exception {
    String known = ofLegacy("127.0.0.1", legacy.key());
    assertThat(refused("broker", known, ofTarget(client), withPassword(stranger)))
        .as("a server with another certificate")
        .contains("failure  kafka", "do not accept each other", "certification path");
    assertThat(refused("client", known, ofTarget(client), withCertificate(stranger)))
        .as("a client with another certificate")
        .contains("failure  kafka", "do not accept each other");
  }

  private String refused(
      String name, String legacyUrl, String targetUrl, Map<String, String> clients)
      throws Exception {
    var ended = new Commands(spec(name, legacyUrl, targetUrl, clients)).run("doctor");
    assertThat(ended.code()).as(ended.err()).isEqualTo(1);
    assertThat(ended.out() + ended.err()).as("no secret is told").doesNotContain(SCRAM_PASSWORD);
    return ended.out();
  }
}
