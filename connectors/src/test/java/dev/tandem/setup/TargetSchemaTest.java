package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.Fingerprint;
import dev.tandem.postgres.TestPostgres;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetSchemaTest {
  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void clean() {
    postgres.execute("DROP SCHEMA IF EXISTS tandem CASCADE");
  }

  @Test
  void shouldInstallOnceAndThenFindNothingToDo() throws Exception {
    try (var connection = postgres.connect()) {
      assertThat(TargetSchema.step(connection).state()).isEqualTo(Step.State.TO_DO);
      TargetSchema.install(connection);
      TargetSchema.install(connection);
      assertThat(TargetSchema.installed(connection)).isEqualTo(TargetSchema.version());
      assertThat(TargetSchema.step(connection).state()).isEqualTo(Step.State.EXISTS);
      assertThat(connection.getAutoCommit()).isTrue();
    }
    assertThat(postgres.query("SELECT count(*) FROM tandem.checkpoint")).isEqualTo("0");
  }

  @Test
  void shouldInstallTheSameAsTheStatementsForADba() throws Exception {
    postgres.execute(TargetSchema.statements().toArray(String[]::new));
    try (var connection = postgres.connect()) {
      assertThat(TargetSchema.step(connection).state()).isEqualTo(Step.State.EXISTS);
    }
  }

  @Test
  void shouldLetTwoInstallersAtOnceBothSucceed() throws Exception {
    var ready = new CountDownLatch(2);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var installers =
          java.util.stream.IntStream.range(0, 2)
              .mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            try (var connection = postgres.connect()) {
                              ready.countDown();
                              ready.await();
                              TargetSchema.install(connection);
                            }
                            return true;
                          }))
              .toList();
      for (var installer : installers) {
        assertThat(installer.get()).isTrue();
      }
    }
    assertThat(postgres.query("SELECT count(*) FROM tandem.schema_version"))
        .isEqualTo(Integer.toString(TargetSchema.version()));
  }

  @Test
  void shouldUpgradeWhatAnOlderProgramInstalled() throws Exception {
    var statements = TargetSchema.statements();
    int first =
        1
            + statements.indexOf(
                statements.stream().filter(s -> s.startsWith("INSERT")).findFirst().orElseThrow());
    postgres.execute(statements.subList(0, first).toArray(String[]::new));
    postgres.execute(
        "INSERT INTO tandem.checkpoint (migration, domain, generation, partition, topic_id,"
            + " fingerprint, contract_offset) VALUES ('shop', 'd', 1, 0, '', '', -1),"
            + " ('shop', 'd', 1, 1, '', (SELECT string_agg(md5(i::text), '-')"
            + " FROM generate_series(1, 100) AS i), 7),"
            + " ('shop', 'e', 1, 0, '', repeat('x', 6501), 7)");
    assertThat(outOfLine()).as("what an older program has written").isPositive();
    try (var connection = postgres.connect()) {
      assertThat(TargetSchema.installed(connection)).isEqualTo(1);
      assertThat(TargetSchema.tables(connection)).containsExactly("tandem.checkpoint");
      assertThat(TargetSchema.step(connection).state()).isEqualTo(Step.State.TO_DO);
      TargetSchema.install(connection);
      assertThat(TargetSchema.installed(connection)).isEqualTo(TargetSchema.version());
    }
    assertThat(
            postgres.query(
                "SELECT string_agg(settled::text, ' ' ORDER BY partition) FROM"
                    + " tandem.checkpoint WHERE domain = 'd'"))
        .as("what was applied before is not known to be settled")
        .isEqualTo("true false");
    assertThat(postgres.query("SELECT fingerprint FROM tandem.checkpoint WHERE domain = 'e'"))
        .as("of very many entities, as it is made today")
        .isEqualTo(Fingerprint.of("x".repeat(6_501)));
    postgres.execute("VACUUM FULL tandem.checkpoint");
    assertThat(outOfLine()).isZero();
  }

  /// Bytes of checkpoints that are kept out of line.
  private long outOfLine() {
    return Long.parseLong(
        postgres.query(
            "SELECT pg_relation_size(reltoastrelid) FROM pg_class"
                + " WHERE oid = 'tandem.checkpoint'::regclass"));
  }

  @Test
  void shouldMakeADigestKeyOnceAndNeverReplaceIt() throws Exception {
    try (var connection = postgres.connect()) {
      assertThat(DigestKey.step(connection, "shop").state()).isEqualTo(Step.State.TO_DO);
      assertThatThrownBy(() -> DigestKey.read(connection, "shop"))
          .hasMessageContaining("tandem setup");
      TargetSchema.install(connection);
      assertThatThrownBy(() -> DigestKey.read(connection, "shop"))
          .hasMessageContaining("tandem setup");
      DigestKey.make(connection, "shop");
      byte[] key = DigestKey.read(connection, "shop");
      DigestKey.make(connection, "shop");
      DigestKey.make(connection, "other");
      assertThat(key).hasSize(16).isEqualTo(DigestKey.read(connection, "shop"));
      assertThat(key).isNotEqualTo(DigestKey.read(connection, "other"));
      assertThat(DigestKey.step(connection, "shop").state()).isEqualTo(Step.State.EXISTS);
    }
  }

  @Test
  void shouldRefuseASchemaOfANewerProgram() throws Exception {
    try (var connection = postgres.connect()) {
      TargetSchema.install(connection);
      postgres.execute("INSERT INTO tandem.schema_version VALUES (99, 'of the future')");
      assertThatThrownBy(() -> TargetSchema.install(connection)).hasMessageContaining("found 99");
      assertThat(TargetSchema.step(connection).state()).isEqualTo(Step.State.REFUSED);
    }
  }
}
