package dev.tandem.apply;

import static dev.tandem.apply.ShopTarget.customer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.apply.ApplyStatus.State;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.TargetSchema;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyRunnerTest {
  private static final String TOPIC = ShopTarget.TOPICS.contract();
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir static Path directory;
  private static TestPostgres postgres;
  private static TestKafka kafka;

  private final MemoryRegistry registry = new MemoryRegistry();
  private final ContractLog log = new ContractLog(registry);
  private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.start();
    kafka = TestKafka.start(directory);
  }

  @AfterAll
  static void stop() {
    kafka.close();
    postgres.close();
  }

  @BeforeEach
  void makeTarget() throws Exception {
    postgres.execute(
        "DROP SCHEMA IF EXISTS crm CASCADE",
        "DROP SCHEMA IF EXISTS tandem CASCADE",
        ShopTarget.TABLES);
    try (var connection = postgres.connect()) {
      TargetSchema.install(connection);
    }
    makeTopicAgain();
  }

  private static void makeTopicAgain() throws Exception {
    if (kafka.admin().listTopics().names().get().contains(TOPIC)) {
      kafka.admin().deleteTopics(List.of(TOPIC)).all().get();
      await().atMost(LONG).until(() -> !kafka.admin().listTopics().names().get().contains(TOPIC));
    }
    kafka.createTopic(TOPIC, 1);
  }

  private ApplyRunner runner() {
    return new ApplyRunner(
            ShopTarget.plan(1),
            ApplySettings.of(kafka.clients()).withAudit(Duration.ofMillis(200)),
            new ApplyRunner.Surroundings(
                () -> postgres.connect(),
                registry,
                letters::addAll,
                new ApplyListener() {},
                Clock.systemUTC()))
        .start();
  }

  private static void awaitQuery(String sql, String expected) {
    await().atMost(LONG).untilAsserted(() -> assertThat(postgres.query(sql)).isEqualTo(expected));
  }

  private static void awaitStop(ApplyRunner runner, String reason) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(runner.status().stopped()).contains(reason));
  }

  private static void write(ContractLog.Transaction transaction) {
    kafka.write(0, transaction);
  }

  @Test
  void shouldApplyWhatIsWrittenAndGoOnWhereItStoppedWithoutApplyingTwice() {
    write(log.transaction(customer(1, "a"), customer(2, "b")));
    try (var runner = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "2");
      write(log.transaction(2));
      awaitQuery("SELECT string_agg(name, '') FROM crm.customer", "a");
      assertThat(runner.status().stopped()).isEmpty();
    }
    postgres.execute("UPDATE crm.customer SET name = 'foreign'");
    write(log.transaction(customer(3, "c")));
    try (var _ = runner()) {
      awaitQuery("SELECT string_agg(name, ',' ORDER BY id) FROM crm.customer", "foreign,c");
    }
    assertThat(postgres.query("SELECT epoch || ' ' || outbox_offset FROM tandem.checkpoint"))
        .isEqualTo("2 3");
  }

  @Test
  void shouldGoOnFromTheCheckpointOfARestoredTarget() {
    write(log.transaction(customer(1, "a")));
    try (var _ = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
      postgres.execute("CREATE TABLE backup_customer AS TABLE crm.customer");
      postgres.execute("CREATE TABLE backup_checkpoint AS TABLE tandem.checkpoint");
      write(log.transaction(customer(2, "b")));
      awaitQuery("SELECT count(*) FROM crm.customer", "2");
      postgres.execute(
          "BEGIN; DELETE FROM crm.customer; INSERT INTO crm.customer TABLE backup_customer;"
              + " DELETE FROM tandem.checkpoint; INSERT INTO tandem.checkpoint TABLE"
              + " backup_checkpoint; DROP TABLE backup_customer, backup_checkpoint; COMMIT");
      awaitQuery("SELECT count(*) FROM crm.customer", "2");
    }
  }

  private static final ApplyHold.Of HELD =
      new ApplyHold.Of(ShopTarget.TOPICS.migration(), ShopTarget.TOPICS.domain(), 1, 1);

  private static PostgresAccess target() {
    return new PostgresAccess(postgres.url(), "postgres", "postgres");
  }

  @Test
  void shouldComeToWhereItIsHeldAndNoFurtherAndGoOnWhenTheHoldEnds() throws Exception {
    write(log.transaction(customer(1, "a")));
    try (var runner = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
      try (var hold = ApplyHold.begin(target(), HELD, "a test", LONG)) {
        long standing = hold.standing().getOrDefault(0, -1L);
        write(log.transaction(customer(2, "b")));
        write(log.transaction(customer(3, "c"), customer(4, "d")));
        write(log.transaction(customer(5, "e")));
        await()
            .atMost(LONG)
            .untilAsserted(
                () ->
                    assertThat(
                            Objects.requireNonNull(runner.status().partitions().get(0)).waiting())
                        .contains("held at outbox offset " + standing + " for a test"));
        assertThat(postgres.query("SELECT count(*) FROM crm.customer")).isEqualTo("1");
        hold.letGoTo(Map.of(0, standing + 3));
        awaitQuery("SELECT max(outbox_offset) FROM tandem.checkpoint", "" + (standing + 3));
        assertThat(postgres.query("SELECT count(*) FROM crm.customer")).isEqualTo("4");
        assertThat(postgres.query("SELECT settled FROM tandem.checkpoint")).isEqualTo("t");
      }
      awaitQuery("SELECT count(*) FROM crm.customer", "5");
      assertThat(Objects.requireNonNull(runner.status().partitions().get(0)).waiting()).isEmpty();
    }
  }

  @Test
  void shouldGoOnByItselfWhenTheTimeOfAHoldIsOverAlsoWhereItIsTakenOverMeanwhile()
      throws Exception {
    write(log.transaction(customer(1, "a")));
    try (var _ = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
    }
    var hold = ApplyHold.begin(target(), HELD, "a test", Duration.ofSeconds(3));
    assertThatThrownBy(() -> ApplyHold.begin(target(), HELD, "another", LONG))
        .hasMessageContaining("held already, for a test");
    write(log.transaction(customer(2, "b")));
    try (var _ = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "2");
    }
    assertThat(postgres.query("SELECT hold_until < applied_at FROM tandem.checkpoint"))
        .isEqualTo("t");
    assertThatThrownBy(() -> hold.letGoTo(Map.of(0, 9L))).hasMessageContaining("is over");
    hold.close();
  }

  @Test
  void shouldLeaveAPartitionThatAnotherHasTakenOver() {
    write(log.transaction(customer(1, "a")));
    try (var runner = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
      postgres.execute("UPDATE tandem.checkpoint SET epoch = epoch + 1");
      write(log.transaction(customer(1, "late")));
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(runner.status().partitions().values())
                      .extracting(ApplyStatus.Partition::state)
                      .containsExactly(State.FENCED));
      assertThat(postgres.query("SELECT name FROM crm.customer")).isEqualTo("a");
    }
  }

  @Test
  void shouldStopWhereTheTopicWasMadeAgain() throws Exception {
    write(log.transaction(customer(1, "a")));
    try (var _ = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
    }
    makeTopicAgain();
    try (var runner = runner()) {
      awaitStop(runner, "the topic was made again. Start a new generation");
    }
  }

  @Test
  void shouldStopWhereTheTopicIsMadeAgainWhileItRuns() throws Exception {
    write(log.transaction(customer(1, "a")));
    try (var runner = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
      makeTopicAgain();
      awaitStop(runner, "generation");
    }
  }

  @Test
  void shouldStopWhereTheMappingIsAnother() {
    write(log.transaction(customer(1, "a")));
    try (var _ = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
    }
    postgres.execute("UPDATE tandem.checkpoint SET fingerprint = 'another'");
    try (var runner = runner()) {
      awaitStop(runner, "the mapping of domain sales");
    }
  }

  @Test
  void shouldPassAGapAndThenMoveTheWatermarkAlsoWhenNothingFollows() throws Exception {
    write(log.transaction(customer(1, "a")));
    write(log.transaction(customer(2, "b")));
    var first = new TopicPartition(TOPIC, 0);
    kafka
        .admin()
        .deleteRecords(java.util.Map.of(first, RecordsToDelete.beforeOffset(2)))
        .all()
        .get();
    try (var _ = runner()) {
      awaitQuery("SELECT string_agg(name, '') FROM crm.customer", "b");
      awaitQuery(
          "SELECT outbox_offset || ' ' || (skipping_until IS NULL) FROM tandem.checkpoint",
          "1 true");
    }
  }

  @Test
  void shouldWaitForATableThatIsMissingAndForALockedRow() throws Exception {
    postgres.execute("ALTER TABLE crm.customer RENAME TO elsewhere");
    write(log.transaction(customer(1, "a")));
    try (var runner = runner()) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(runner.status().partitions().values())
                      .extracting(ApplyStatus.Partition::waiting)
                      .anyMatch(reason -> reason.contains("42P01")));
      postgres.execute("ALTER TABLE crm.elsewhere RENAME TO customer");
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
    }
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldRecoverWhenItsConnectionsAreCutAgainAndAgain() {
    try (var runner = runner()) {
      for (int i = 1; i <= 20; i++) {
        write(log.transaction(customer(i, "n" + i)));
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
                + " 'tandem %apply'");
      }
      awaitQuery("SELECT count(*) FROM crm.customer", "20");
      assertThat(runner.status().stopped()).isEmpty();
    }
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldGoOnInAnotherInstanceWhereOneLeaves() {
    write(log.transaction(customer(1, "a")));
    try (var first = runner()) {
      awaitQuery("SELECT count(*) FROM crm.customer", "1");
      try (var second = runner()) {
        write(log.transaction(customer(2, "b")));
        awaitQuery("SELECT count(*) FROM crm.customer", "2");
        first.close();
        write(log.transaction(customer(3, "c")));
        awaitQuery("SELECT count(*) FROM crm.customer", "3");
        assertThat(second.status().partitions()).containsOnlyKeys(0);
      }
    }
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldWriteDeadLettersThatCanBeReadBack() throws Exception {
    String topic = ShopTarget.TOPICS.deadLetter();
    if (!kafka.admin().listTopics().names().get().contains(topic)) {
      kafka.createTopic(topic, 1);
    }
    var letter =
        new DeadLetter(
            DeadLetter.Stage.APPLY, "sales", "Customer", TOPIC, 0, 7, "r", "", null, null, 1);
    try (var sink = new KafkaDeadLetters(kafka.clients(), registry, ShopTarget.TOPICS)) {
      sink.send(List.of(letter));
    }
    assertThat(kafka.lastValue(topic))
        .satisfies(bytes -> assertThat(DeadLetters.decode(bytes)).isEqualTo(letter));
  }

  @Test
  void shouldRaiseAnErrorThatAWriterMeets() {
    var raised = new CopyOnWriteArrayList<Throwable>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> raised.add(thrown));
    var surroundings =
        new ApplyRunner.Surroundings(
            () -> {
              throw new StackOverflowError("too deep");
            },
            registry,
            letters::addAll,
            new ApplyListener() {},
            Clock.systemUTC());
    try (var _ =
        new ApplyRunner(ShopTarget.plan(1), ApplySettings.of(kafka.clients()), surroundings)
            .start()) {
      await()
          .dontCatchUncaughtExceptions()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(raised).hasAtLeastOneElementOfType(StackOverflowError.class));
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void shouldWriteALetterThatIsTooLargeForTheTopicWithoutItsRecord() throws Exception {
    var topics = new Topics("large", "customers");
    kafka
        .admin()
        .createTopics(
            List.of(
                new NewTopic(topics.deadLetter(), 1, (short) 1)
                    .configs(Map.of("max.message.bytes", "4000"))))
        .all()
        .get();
    byte[] large = new byte[20_000];
    new Random(1).nextBytes(large);
    byte[] key = {1, 2, 3};
    var letter =
        new DeadLetter(
            DeadLetter.Stage.APPLY,
            "customers",
            "Customer",
            "t",
            0,
            7,
            "reason",
            "",
            key,
            large,
            0);
    try (var sink = new KafkaDeadLetters(kafka.clients(), registry, topics)) {
      sink.send(List.of(letter));
    }
    DeadLetter written = DeadLetters.decode(kafka.lastValue(topics.deadLetter()));
    assertThat(written.payload()).isNull();
    assertThat(written.key()).isEqualTo(key);
    assertThat(written.offset()).isEqualTo(7);
    assertThat(written.reason()).startsWith("reason").contains("too large");
  }
}
