package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/// A legacy store whose tables change while the migration runs: a domain of one entity for each
/// table, so that a change concerns one domain alone.
final class MovingLegacy implements AutoCloseable {
  private final Path directory;
  private final Stack stack;
  private final List<Table> tables;

  /// One legacy table, its domain and the target table that it goes to.
  ///
  /// @param name of the table, the domain, and with `t_` before it the target table
  /// @param columns of the legacy table
  /// @param fields Avro fields of the contract
  /// @param target columns of the target table
  /// @param map the mapping
  /// @param policy what its domain does about a change that the mapping cannot follow
  record Table(
      String name, String columns, String fields, String target, String map, String policy) {
    /// Of a domain that stops.
    Table(String name, String columns, String fields, String target, String map) {
      this(name, columns, fields, target, map, "stop");
    }

    Table mapped(String otherwise) {
      return new Table(name, columns, fields, target, otherwise, policy);
    }
  }

  /// @param before statements in the legacy store that its tables need
  MovingLegacy(Path directory, List<String> before, List<Table> tables) throws Exception {
    this.directory = directory;
    this.tables = List.copyOf(tables);
    stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
    legacy(before.toArray(String[]::new));
    for (Table table : tables) {
      legacy("CREATE TABLE " + table.name + " (" + table.columns + ")");
      target("CREATE TABLE t_" + table.name + " (" + table.target + ")");
      Path contract = Files.createDirectories(directory.resolve("contracts/" + table.name));
      Files.writeString(
          contract.resolve("v1.avsc"),
          """
          {"type": "record", "name": "%s", "namespace": "moving", "fields": [%s]}
          """
              .formatted(capital(table.name), table.fields));
    }
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
  }

  /// The spec file.
  ///
  /// @param from by table, what its `from` says where it is not the table's name alone
  Path spec(Map<String, String> from) throws Exception {
    return spec("moving.yaml", from, Map.of());
  }

  /// A spec file beside it.
  ///
  /// @param maps by table, its mapping where it is another
  Path spec(String file, Map<String, String> from, Map<String, String> maps) throws Exception {
    var text =
        new StringBuilder(
            """
            migration: moving
            legacy: { url: "${LEGACY_URL}", user: "${LEGACY_USER}", password: "${LEGACY_PASSWORD}" }
            target: { url: "${TARGET_URL}", user: "${TARGET_USER}", password: "${TARGET_PASSWORD}" }
            kafka: { bootstrap.servers: "${KAFKA}" }
            registry: { url: "${REGISTRY}" }
            domains:
            """);
    for (Table each : tables) {
      Table table = each.mapped(maps.getOrDefault(each.name, each.map));
      text.append(
          """
            %1$s:
              owner: { team: moving, contact: moving@example.com }
              partitions: 1
              partition-by: id
              on-schema-change: %5$s
              objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
              entities:
                %2$s:
                  contract: contracts/%1$s
                  from: %4$s
                  key: id
                  map: { %3$s }
                  to: { table: public.t_%1$s }
              sunset: { permanent: { because: "a test", review: 2027-12-31 } }
          """
              .formatted(
                  table.name,
                  capital(table.name),
                  table.map,
                  from.getOrDefault(table.name, "{ root: public." + table.name + " }"),
                  table.policy)
              .indent(0));
    }
    String written = text.toString();
    for (var each : Examples.environment(stack.address()).entrySet()) {
      written = written.replace("${" + each.getKey() + "}", each.getValue());
    }
    return Files.writeString(directory.resolve(file), written);
  }

  Migration migration(Path spec) {
    try {
      return MigrationReader.read(spec, Examples.environment(stack.address()));
    } catch (SpecException e) {
      throw new AssertionError(e.problems().toString(), e);
    }
  }

  /// The whole program, running.
  record Running(MigrationRun run, Health health, SimpleMeterRegistry metrics)
      implements AutoCloseable {
    @Override
    public void close() {
      run.close();
    }
  }

  Running run(Path spec) {
    var health = new Health();
    var metrics = new SimpleMeterRegistry();
    var settings =
        new MigrationRun.Settings(
            EnumSet.allOf(Role.class),
            directory.resolve("state"),
            health,
            new PipelineMetrics(metrics, "moving"),
            new LagRecorder());
    return new Running(MigrationRun.start(migration(spec), settings), health, metrics);
  }

  void legacy(String... statements) throws SQLException {
    execute(stack.address().legacy(), statements);
  }

  void target(String... statements) throws SQLException {
    execute(stack.address().target(), statements);
  }

  List<String> legacyRows(String sql) throws SQLException {
    return rows(stack.address().legacy(), sql);
  }

  List<String> targetRows(String sql) throws SQLException {
    return rows(stack.address().target(), sql);
  }

  private static List<String> rows(StoreAddress store, String sql) throws SQLException {
    try (var connection = connect(store);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        var line = new StringBuilder();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          line.append(rows.getString(i)).append('|');
        }
        found.add(line.toString());
      }
      return found;
    }
  }

  private static void execute(StoreAddress store, String... statements) throws SQLException {
    try (var connection = connect(store);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    return DriverManager.getConnection(store.url(), store.user(), store.password());
  }

  /// Writes to every table all the time, whatever it is called.
  Load load() {
    return new Load();
  }

  final class Load implements AutoCloseable {
    private volatile boolean ended;
    private volatile Set<String> spared = Set.of();
    private volatile String broken = "";
    private final AtomicLong writes = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::write);

    void start() {
      thread.start();
    }

    private void write() {
      var random = new Random(1);
      try (var connection = connect(stack.address().legacy());
          var statement = connection.createStatement()) {
        while (!ended) {
          for (Table table : tables) {
            if (spared.contains(table.name)) {
              continue;
            }
            for (String name : List.of(table.name, table.name + "_on")) {
              synchronized (this) {
                touch(statement, name, 11 + random.nextInt(50));
              }
            }
          }
        }
      } catch (SQLException failure) {
        broken = failure.toString();
      }
    }

    /// Leaves some tables alone from now on.
    void spare(Set<String> tables) {
      spared = Set.copyOf(tables);
    }

    /// Waits until it has written so much more; fails where it cannot write.
    void awaitWrites(long more) {
      long until = writes.get() + more;
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(
              () -> {
                assertThat(broken).isEmpty();
                assertThat(writes.get()).isGreaterThanOrEqualTo(until);
              });
    }

    private void touch(Statement statement, String table, int id) throws SQLException {
      for (String sql :
          List.of(
              "UPDATE %1$s SET touched = touched + 1 WHERE id = %2$d",
              "INSERT INTO %1$s (id, touched) VALUES (%2$d, 0) ON CONFLICT DO NOTHING")) {
        try {
          statement.execute(sql.formatted(table, id));
          writes.incrementAndGet();
        } catch (SQLException gone) {
          if (!gone.getSQLState().startsWith("42")) {
            throw gone;
          }
        }
      }
    }

    /// Nothing is written while this runs.
    @Override
    public void close() throws InterruptedException {
      ended = true;
      if (thread.isAlive()) {
        thread.join();
      }
    }
  }

  /// Waits until the target has what a query of the legacy store gives: id, touched and name. The
  /// load rests meanwhile, or both would never be read at one moment.
  void awaitEqual(String table, String sql, Load load) {
    awaitEqual(new Written(table, "t_" + table), sql, load);
  }

  /// The same of the tables of the first generation, while another one is live.
  void awaitKeptEqual(String table, String sql, Load load) {
    awaitEqual(new Written(table, "tandem_moving_%1$s_1.t_%1$s".formatted(table)), sql, load);
  }

  /// Where what comes of a legacy table is written.
  private record Written(String table, String where) {}

  private void awaitEqual(Written written, String sql, Load load) {
    synchronized (load) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(
              () ->
                  assertThat(
                          targetRows(
                              "SELECT id, touched, name FROM " + written.where + " ORDER BY id"))
                      .as(written.table)
                      .isEqualTo(legacyRows(sql + " ORDER BY id")));
    }
  }

  @Override
  public void close() throws Exception {
    stack.close();
  }
}
