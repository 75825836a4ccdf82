package dev.tandem.apply;

import static dev.tandem.apply.ShopTarget.customer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.generation.PaceRule.Pace;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.TargetSchema;
import dev.tandem.wire.MemoryRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gate is in the way of tables beside the live ones, and of no others.
class GatedApplyTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir static Path directory;
  private static TestPostgres postgres;
  private static TestKafka kafka;
  private final MemoryRegistry registry = new MemoryRegistry();
  private final ContractLog log = new ContractLog(registry);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Pace pace = Pace.HELD;
  private volatile boolean closed;

  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.start();
    kafka = TestKafka.start(directory);
    postgres.execute(ShopTarget.TABLES, "CREATE SCHEMA beside");
    for (String table : new String[] {"customer", "address", "remark", "\"order\""}) {
      postgres.execute("CREATE TABLE beside." + table + " (LIKE crm." + table + " INCLUDING ALL)");
    }
    try (var connection = postgres.connect()) {
      TargetSchema.install(connection);
    }
    kafka.createTopic(ShopTarget.TOPICS.contract(), 1);
  }

  @AfterAll
  static void stop() {
    kafka.close();
    postgres.close();
  }

  private final class Gate implements ApplyGate {
    @Override
    public Pace ask() {
      asked.incrementAndGet();
      return pace;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private ApplyRunner runner() {
    return new ApplyRunner(
            ShopTarget.plan(1),
            ApplySettings.of(kafka.clients()).withAudit(Duration.ofMillis(200)),
            new ApplyRunner.Surroundings(
                postgres::connect,
                registry,
                _ -> {},
                new ApplyListener() {},
                Clock.systemUTC(),
                new Gate()))
        .start();
  }

  private static String count(String schema) {
    return postgres.query("SELECT count(*) FROM " + schema + ".customer");
  }

  /// The tables change places as in an exchange.
  private static void place(String state, String schema, int at) {
    postgres.execute(
        "INSERT INTO tandem.generation (migration, domain, generation, state, tables_in, placement,"
            + " changed_by, why) VALUES ('shop', 'sales', 1, '%s', %s, %d, 'a test', '')"
                .formatted(state, schema, at)
            + " ON CONFLICT (migration, domain, generation) DO UPDATE SET"
            + " state = excluded.state, tables_in = excluded.tables_in,"
            + " placement = excluded.placement",
        "UPDATE tandem.checkpoint SET epoch = epoch + 1, tables_in = %s, placement = %d"
            .formatted(schema, at));
  }

  @Test
  void shouldHoldWhatIsBesideTheLiveTablesUntilItIsLetGoAndNeverTheLiveOnes() {
    place("BUILDING", "'beside'", 5);
    kafka.write(0, log.transaction(customer(1, "a"), customer(2, "b")));
    try (var runner = runner()) {
      await().atMost(LONG).until(() -> asked.get() > 5);
      assertThat(count("beside")).isEqualTo("0");
      assertThat(runner.status().partitions().values())
          .as("it is well, and reads ahead")
          .allSatisfy(
              each -> {
                assertThat(each.waiting()).isEmpty();
                assertThat(each.queued()).isEqualTo(2);
              });
      pace = Pace.FREE;
      await().atMost(LONG).until(() -> count("beside").equals("2"));
      pace = Pace.HELD;
      kafka.write(0, log.transaction(customer(3, "c")));
      int before = asked.get();
      await().atMost(LONG).until(() -> asked.get() > before + 5);
      assertThat(count("beside")).isEqualTo("2");

      place("LIVE", "NULL", 6);
      await().atMost(LONG).until(() -> count("crm").equals("1"));
      int live = asked.get();
      kafka.write(0, log.transaction(customer(4, "d")));
      await().atMost(LONG).until(() -> count("crm").equals("2"));
      assertThat(asked.get()).as("nobody was asked").isEqualTo(live);
    }
    assertThat(closed).isTrue();
  }
}
