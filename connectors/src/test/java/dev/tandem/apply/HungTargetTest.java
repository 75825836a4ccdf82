package dev.tandem.apply;

import static dev.tandem.apply.ShopTarget.customer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.TargetSchema;
import dev.tandem.wire.MemoryRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HungTargetTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  @TempDir static Path directory;

  @Test
  void shouldNoticeATargetThatHangsAndGoOnOverANewConnection() throws Exception {
    var registry = new MemoryRegistry();
    var log = new ContractLog(registry);
    List<String> reasons = new CopyOnWriteArrayList<>();
    try (var postgres = TestPostgres.start();
        var kafka = TestKafka.start(directory);
        var line = new Line(postgres.port())) {
      postgres.execute(ShopTarget.TABLES);
      try (var connection = postgres.connect()) {
        TargetSchema.install(connection);
      }
      kafka.createTopic(ShopTarget.TOPICS.contract(), 1);
      var access =
          new PostgresAccess(
              "jdbc:postgresql://localhost:" + line.port() + "/postgres?socketTimeout=3",
              "postgres",
              "postgres");
      var surroundings =
          new ApplyRunner.Surroundings(
              access::connect, registry, _ -> {}, listener(reasons), Clock.systemUTC());
      try (var _ =
          new ApplyRunner(ShopTarget.plan(1), ApplySettings.of(kafka.clients()), surroundings)
              .start()) {
        kafka.write(0, log.transaction(customer(1, "a")));
        awaitCount(postgres, "1");
        line.cut();
        kafka.write(0, log.transaction(customer(2, "b")));
        awaitCount(postgres, "2");
      }
    }
    assertThat(reasons).anySatisfy(reason -> assertThat(reason).contains("SQLSTATE 08"));
  }

  private static ApplyListener listener(List<String> reasons) {
    return new ApplyListener() {
      @Override
      public void waiting(String domain, int partition, String reason) {
        reasons.add(reason);
      }
    };
  }

  private static void awaitCount(TestPostgres postgres, String expected) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(postgres.query("SELECT count(*) FROM crm.customer"))
                    .isEqualTo(expected));
  }
}
