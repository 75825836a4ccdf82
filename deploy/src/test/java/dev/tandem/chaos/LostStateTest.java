package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.Role;
import dev.tandem.running.RoleProcess;
import dev.tandem.stack.Stack;
import dev.tandem.status.StatusReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that translates or reconciles is killed and loses its state directory, beside another
/// one that lives: how long until work goes on in every partition, with a standby and without. With
/// `-Dtandem.entities=2000000` it says it of two million of them.
class LostStateTest {
  private static final int ENTITIES = Integer.getInteger("tandem.entities", 200_000);

  /// Rows that the benchmark's table is made with.
  private static final int MADE = 300_000;

  private static final int RATE = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final List<Role> STATEFUL = List.of(Role.TRANSLATE, Role.RECONCILE);

  @TempDir private Path directory;
  private final List<RoleProcess> members = new ArrayList<>();

  @Test
  @Tag("nightly")
  void shouldGoOnFromAStandbySoonerThanFromTheChangelogs() throws Exception {
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")))) {
      Path spec = Examples.unpackBench(directory);
      build(stack, spec);
      var migration = MigrationReader.read(spec, Examples.environment(stack.address()));
      try (var _ = member(stack, spec, Set.of(Role.CAPTURE, Role.APPLY), "carrying", List.of());
          var reader = reader(migration);
          var progress =
              new Progress(migration, Set.of("items"), stack.address().target()::connect);
          var takeovers = new Takeovers(progress::of)) {
        takeovers.start();
        var busy = new AtomicBoolean(true);
        try {
          start(stack, spec, 0);
          patiently().until(() -> isEqual(reader));
          var load = CompletableFuture.runAsync(() -> load(stack, busy));
          lose("without a standby", takeovers);
          end();
          takeovers.begin("all stopped and started again", Set.copyOf(STATEFUL));
          start(stack, spec, 1);
          patiently().until(takeovers::isOver);
          awaitStandbys();
          lose("with a standby", takeovers);
          busy.set(false);
          load.join();
          patiently().until(() -> isEqual(reader));
          assertThat(
                  sum(
                      stack.address().target().connect(),
                      "SELECT sum(amount * 100) FROM bench.item"))
              .isEqualTo(
                  sum(stack.address().legacy().connect(), "SELECT sum(amt_cents) FROM item"));
        } finally {
          busy.set(false);
          end();
          System.out.printf("%,d entities, %d changes per second%n", ENTITIES, RATE);
          System.out.println(takeovers.table());
        }
      }
    }
  }

  private static void build(Stack stack, Path spec) throws Exception {
    try (var legacy = stack.address().legacy().connect();
        var target = stack.address().target().connect();
        var statement = legacy.createStatement()) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
      statement.execute("DELETE FROM item WHERE id > " + ENTITIES);
      statement.execute(
          """
          INSERT INTO item
          SELECT n, n %% 100, 'Item number ' || n, n * 7, 'A', NULL, timestamp '2026-06-01'
          FROM generate_series(%d, %d) n\
          """
              .formatted(MADE + 1, ENTITIES));
      statement.execute("VACUUM ANALYZE item");
    }
  }

  private void start(Stack stack, Path spec, int standbys) throws IOException {
    for (Role role : STATEFUL) {
      for (int number = 0; number < 2; number++) {
        members.add(
            member(
                stack,
                spec,
                Set.of(role),
                new Fleet.Name(role, number).toString(),
                List.of("--standbys", String.valueOf(standbys))));
      }
    }
  }

  private static RoleProcess member(
      Stack stack, Path spec, Set<Role> roles, String name, List<String> options)
      throws IOException {
    return new RoleProcess(new RoleProcess.Place(stack.address(), spec, roles, name, 4, options));
  }

  private void end() throws InterruptedException {
    for (RoleProcess member : members) {
      member.close();
    }
    members.clear();
  }

  /// One member of each role after the other; it comes again at once, without state.
  private void lose(String how, Takeovers takeovers) throws Exception {
    for (int i = 0; i < STATEFUL.size(); i++) {
      RoleProcess member = members.get(2 * i);
      takeovers.begin(new Fleet.Name(STATEFUL.get(i), 0) + " lost " + how, Set.of(STATEFUL.get(i)));
      member.end();
      member.lose();
      member.again();
      patiently().until(takeovers::isOver);
    }
  }

  /// Waits until every member has all of the state, and it grows no more but for the load.
  private void awaitStandbys() {
    var last = new ArrayList<>(List.of(0L));
    patiently()
        .pollInterval(Duration.ofSeconds(15))
        .until(
            () -> {
              long now = bytes();
              last.add(now);
              return now - last.get(last.size() - 2) < 1 << 20;
            });
  }

  /// Of the state directories of all members.
  private long bytes() throws IOException {
    long bytes = 0;
    for (RoleProcess member : members) {
      try (Stream<Path> files = Files.walk(member.state())) {
        bytes += files.mapToLong(LostStateTest::size).sum();
      } catch (UncheckedIOException gone) {
        return Long.MAX_VALUE; // a file went while it was looked at
      }
    }
    return bytes;
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void load(Stack stack, AtomicBoolean busy) {
    var random = new Random(1);
    try (var legacy = stack.address().legacy().connect();
        var statement =
            legacy.prepareStatement(
                "UPDATE item SET amt_cents = amt_cents + 1 WHERE id = ANY (?)")) {
      while (busy.get()) {
        Object[] ids = random.ints(RATE / 10, 1, ENTITIES + 1).boxed().toArray(Object[]::new);
        statement.setArray(1, legacy.createArrayOf("int4", ids));
        statement.executeUpdate();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the load failed", e);
    }
  }

  private static boolean isEqual(StatusReader reader) throws Exception {
    return reader.capture().isLoaded()
        && reader.uncompared().isEmpty()
        && reader.read().stream().allMatch(domain -> domain.pending() == 0);
  }

  private static StatusReader reader(Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  private static long sum(Connection store, String query) throws SQLException {
    try (store;
        var statement = store.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500));
  }
}
