package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.Role;
import dev.tandem.stack.Stack;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A contract with four versions, each with a reader, while the version that is translated goes
/// from 3 to 4 under load and the two instances that run it are replaced one by one.
class RollingUpgradeTest {
  private static final int RATE = Integer.getInteger("tandem.rate", 3_000);
  private static final Duration EACH = Duration.ofSeconds(Integer.getInteger("tandem.seconds", 20));
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ROWS = 5_000;
  private static final Topics FIRST = new Topics("bank", "accounts");
  private static final Topics SECOND = new Topics("bank", "accounts", Topics.SPEC, 2);

  /// Fields of each version: of the number, of the name, of the state.
  private static final List<List<String>> FIELDS =
      List.of(
          List.of("n", "label", "state"),
          List.of("n", "label", "status"),
          List.of("n", "label", "status"),
          List.of("count", "title", "status"));

  @TempDir private Path directory;
  private final long seed = Long.getLong("tandem.seed", System.nanoTime());

  @Test
  @Tag("nightly")
  void shouldShowEachReaderEachChangeOnceWhileThePrimaryVersionGoesUp() throws Exception {
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")))) {
      prepare(stack);
      Path third = spec(stack, 3, "1, 2, 4");
      Path fourth = spec(stack, 4, "1, 2, 3");
      Migration migration = MigrationReader.read(third, Map.of());
      var tandem = new Commands(fourth);
      try (var status = status(migration);
          var one = process(stack, third, "one")) {
        awaitProven(status);
        var other = process(stack, third, "other");
        awaitCompared(status);
        var readers = readers(stack, migration);
        try (var load = new Load(stack.address().legacy(), seed)) {
          for (int version = 1; version <= 4; version++) {
            readers.get(version - 1).start(topic(FIRST, version, 3));
          }
          Shop.rest(EACH);
          tandem.done(
              "rebuild",
              "start",
              "--domain",
              "accounts",
              "--from",
              "outbox",
              "--live-spec",
              "" + third);
          one.close();
          try (var _ = process(stack, fourth, "newer")) {
            tandem.done("rebuild", "promote", "--domain", "accounts", "--wait");
            for (int version = 1; version <= 4; version++) {
              VersionReader reader = readers.get(version - 1);
              reader.stop();
              String to = topic(SECOND, version, 4);
              tandem.done("contracts", "move", reader.group(), topic(FIRST, version, 3), to);
              reader.start(to);
            }
            other.end();
            try (var _ = process(stack, fourth, "newest")) {
              Shop.rest(EACH);
              load.close();
              awaitAllSeen(stack, readers, load.changes());
              awaitEqual(stack);
              System.out.printf(
                  "seed %d, %d changes, %d per second, read by version %s%n",
                  seed,
                  load.changes(),
                  load.rate(),
                  readers.stream().map(VersionReader::records).toList());
              assertThat(load.rate()).isGreaterThan(RATE * 9L / 10);
              Awaitility.await()
                  .atMost(PATIENCE)
                  .until(() -> tandem.run("divergences", "--open").code() == 0);
              tandem.done("rebuild", "cleanup", "--domain", "accounts");
            }
          }
        } finally {
          for (VersionReader reader : readers) {
            reader.close();
          }
          other.close();
        }
      }
    }
  }

  private static RoleProcess process(Stack stack, Path spec, String name) throws Exception {
    var roles = Set.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY, Role.RECONCILE);
    return new RoleProcess(stack.address(), spec, roles, name);
  }

  private static String topic(Topics topics, int version, int primary) {
    return version == primary ? topics.contract() : topics.contract(version);
  }

  private List<VersionReader> readers(Stack stack, Migration migration) throws Exception {
    var readers = new ArrayList<VersionReader>();
    for (int version = 1; version <= 4; version++) {
      var schema =
          new Schema.Parser().parse(directory.resolve("contract/v" + version + ".avsc").toFile());
      readers.add(
          new VersionReader(
              Map.of("bootstrap.servers", stack.address().kafka()),
              migration.kafka().registryClient(),
              new VersionReader.Form(
                  "reader-" + version, schema, "id", FIELDS.get(version - 1).getFirst())));
    }
    return readers;
  }

  private static void awaitAllSeen(Stack stack, List<VersionReader> readers, long changes)
      throws SQLException {
    Map<Object, Long> numbers = numbers(stack);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(readers)
                    .allSatisfy(
                        reader -> {
                          assertThat(reader.wrong()).isEmpty();
                          assertThat(reader.numbers()).isEqualTo(numbers);
                        }));
    // Each reader saw the rows as they were loaded, and then every change.
    assertThat(readers)
        .allSatisfy(reader -> assertThat(reader.records()).isEqualTo(ROWS + changes));
  }

  private static Map<Object, Long> numbers(Stack stack) throws SQLException {
    var numbers = new HashMap<Object, Long>();
    try (var legacy = connect(stack.address().legacy());
        var statement = legacy.createStatement();
        var rows = statement.executeQuery("SELECT id, n FROM account")) {
      while (rows.next()) {
        numbers.put(rows.getInt(1), rows.getLong(2));
      }
    }
    return numbers;
  }

  private static void awaitEqual(Stack stack) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(
                        rows(
                            stack.address().target(),
                            "SELECT id || ' ' || n || ' ' || label || ' ' || status || ' ' || cents"
                                + " FROM t_account ORDER BY id"))
                    .isEqualTo(
                        rows(
                            stack.address().legacy(),
                            "SELECT id || ' ' || n || ' ' || fname || ' ' || lname || ' ' || stat"
                                + " || ' ' || cents FROM account ORDER BY id")));
  }

  private static List<String> rows(StoreAddress store, String sql) throws SQLException {
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

  private static StatusReader status(Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  private static void awaitProven(StatusReader status) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !status.capture().proven().isEmpty());
  }

  private static void awaitCompared(StatusReader status) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> status.capture().isLoaded() && status.uncompared().isEmpty());
  }

  private static void prepare(Stack stack) throws SQLException {
    try (var legacy = connect(stack.address().legacy());
        var statement = legacy.createStatement()) {
      statement.execute(
          """
          CREATE TABLE account (id int PRIMARY KEY, n bigint NOT NULL, fname text NOT NULL,
            lname text NOT NULL, stat text NOT NULL, cents bigint NOT NULL);
          CREATE TABLE gone (LIKE account);
          INSERT INTO account SELECT i, 0, 'f' || i, 'l' || i, 'A', i FROM generate_series(1, %d) i
          """
              .formatted(ROWS));
    }
    try (var target = connect(stack.address().target());
        var statement = target.createStatement()) {
      statement.execute(
          "CREATE TABLE t_account (id int PRIMARY KEY, n bigint NOT NULL, label text NOT NULL,"
              + " status text NOT NULL, cents bigint NOT NULL)");
    }
  }

  private Path spec(Stack stack, int version, String publish) throws Exception {
    Path folder = Files.createDirectories(directory.resolve("contract"));
    for (int each = 1; each <= 4; each++) {
      var fields = FIELDS.get(each - 1);
      Files.writeString(
          folder.resolve("v" + each + ".avsc"),
          """
          {"type": "record", "name": "Account", "namespace": "bank", "fields": [
            {"name": "id", "type": "int"}, {"name": "%s", "type": "long"},
            {"name": "%s", "type": "string"}, {"name": "%s", "type": "string"}%s]}
          """
              .formatted(
                  fields.get(0),
                  fields.get(1),
                  fields.get(2),
                  each < 3 ? "" : ", {\"name\": \"cents\", \"type\": \"long\", \"default\": 0}"));
    }
    Files.writeString(
        folder.resolve("steps.yaml"),
        """
        compatibility: none
        1-2: { up: { status: state } }
        3-4: { up: { count: n, title: label } }
        """);
    var fields = FIELDS.get(version - 1);
    String text =
        """
        migration: bank
        legacy: { url: "${LEGACY_URL}", user: "${LEGACY_USER}", password: "${LEGACY_PASSWORD}" }
        target: { url: "${TARGET_URL}", user: "${TARGET_USER}", password: "${TARGET_PASSWORD}" }
        kafka: { bootstrap.servers: "${KAFKA}" }
        registry: { url: "${REGISTRY}" }
        domains:
          accounts:
            owner: { team: bank, contact: bank@example.com }
            partitions: 4
            partition-by: id
            objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
            entities:
              Account:
                contract: contract
                version: %1$d
                publish: [%2$s]
                from: { root: public.account }
                key: id
                map:
                  id: id
                  %3$s: n
                  %4$s: { join: [fname, lname], with: " " }
                  %5$s: stat
                  cents: cents
                to: { table: public.t_account, columns: { %3$s: n, %4$s: label, %5$s: status } }
            sunset: { permanent: { because: "a test", review: 2027-12-31 } }
        """
            .formatted(version, publish, fields.get(0), fields.get(1), fields.get(2));
    for (var each : Examples.environment(stack.address()).entrySet()) {
      text = text.replace("${" + each.getKey() + "}", each.getValue());
    }
    return Files.writeString(directory.resolve("v" + version + ".yaml"), text);
  }

  /// Changes rows at a steady rate, fifty in a transaction, each of which makes its number one
  /// higher.
  /// Updates, and now and then rows that are deleted and come back later.
  private static final class Load implements AutoCloseable {
    private static final int AT_ONCE = 50;
    private final StoreAddress legacy;
    private final Random random;
    private final AtomicLong changes = new AtomicLong();
    private final long begun = System.nanoTime();
    private volatile long ended;
    private volatile boolean stopping;
    private final Thread thread;

    Load(StoreAddress legacy, long seed) {
      this.legacy = legacy;
      this.random = new Random(seed);
      this.thread = Thread.ofPlatform().name("load").daemon().start(this::run);
    }

    private void run() {
      long next = System.nanoTime();
      try (Connection connection = connect(legacy);
          var update =
              connection.prepareStatement(
                  "UPDATE account SET n = n + 1, cents = cents + 7 WHERE id = ANY (?)");
          var delete =
              connection.prepareStatement(
                  "WITH taken AS (DELETE FROM account WHERE id = ANY (?) RETURNING *)"
                      + " INSERT INTO gone SELECT * FROM taken");
          var bring =
              connection.prepareStatement(
                  "WITH back AS (DELETE FROM gone WHERE id = ANY (?) RETURNING *)"
                      + " INSERT INTO account SELECT id, n + 1, fname, lname, stat, cents FROM back")) {
        connection.setAutoCommit(false);
        while (!stopping) {
          // Of three parts that have no row in common, so that each row changes once.
          Object[] rows = rows();
          run(update, rows, 0, AT_ONCE - 4);
          run(delete, rows, AT_ONCE - 4, AT_ONCE - 2);
          run(bring, away(rows), 0, AT_ONCE);
          connection.commit();
          next += 1_000_000_000L * AT_ONCE / RATE;
          LockSupport.parkNanos(next - System.nanoTime());
        }
      } catch (SQLException e) {
        throw new IllegalStateException("the load failed", e);
      } finally {
        ended = System.nanoTime();
      }
    }

    private Object[] rows() {
      return IntStream.generate(() -> 1 + random.nextInt(ROWS))
          .distinct()
          .limit(AT_ONCE)
          .boxed()
          .toArray();
    }

    private Object[] away(Object[] changed) {
      var taken = Set.of(changed);
      return IntStream.generate(() -> 1 + random.nextInt(ROWS))
          .filter(row -> !taken.contains(row))
          .distinct()
          .limit(AT_ONCE)
          .boxed()
          .toArray();
    }

    private void run(PreparedStatement statement, Object[] rows, int from, int to)
        throws SQLException {
      Object[] some = Arrays.copyOfRange(rows, from, to);
      Arrays.sort(some);
      statement.setArray(1, statement.getConnection().createArrayOf("int4", some));
      changes.addAndGet(statement.executeUpdate());
    }

    long changes() {
      return changes.get();
    }

    long rate() {
      return changes.get() * 1_000_000_000L / Math.max(1, ended - begun);
    }

    @Override
    public void close() throws InterruptedException {
      stopping = true;
      thread.join();
    }
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }
}
