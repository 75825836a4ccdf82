package dev.tandem.apply;

import static dev.tandem.apply.ShopTarget.address;
import static dev.tandem.apply.ShopTarget.customer;
import static dev.tandem.apply.ShopTarget.order;
import static dev.tandem.apply.ShopTarget.remark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.apply.CheckpointTable.Checkpoint;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.SensitivePlan;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.TargetSchema;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.MemoryRegistry;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchApplierTest {
  private static TestPostgres postgres;

  private final MemoryRegistry registry = new MemoryRegistry();
  private final ContractLog log = new ContractLog(registry);
  private final List<DeadLetter> letters = new ArrayList<>();
  private final List<String> missed = new ArrayList<>();
  private final CheckpointTable checkpoints = new CheckpointTable("shop", "sales", 1);
  private Instant now = Instant.EPOCH.plusSeconds(9);
  private final BatchApplier applier = applier();
  private final TargetSession session = session();
  private Cursor cursor = new Cursor(0, new Checkpoint(Mark.START, 1, "", ""));
  private long offset;

  @BeforeAll
  static void startPostgres() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stopPostgres() {
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
    cursor = takeOver(session);
  }

  @AfterEach
  void closeSession() {
    session.close();
  }

  private static TargetSession session() {
    var limits =
        new SessionLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(20));
    return new TargetSession(() -> postgres.connect(), limits, "tandem test");
  }

  private BatchApplier applier() {
    return applier(ShopTarget.plan(1));
  }

  private BatchApplier applier(DomainPlan plan) {
    ApplyListener listener =
        new ApplyListener() {
          @Override
          public void missed(String domain, String entity, int rows) {
            missed.add(entity + " " + rows);
          }
        };
    return new BatchApplier(
        plan,
        checkpoints,
        new ContractDecoder(plan, registry),
        new BatchApplier.Outlets(letters::addAll, listener, new PoisonGuard(), () -> now));
  }

  private Cursor takeOver(TargetSession session) throws SQLException {
    return takeOver(session, 0);
  }

  private Cursor takeOver(TargetSession session, int partition) throws SQLException {
    var wanted = new Checkpoint(Mark.START, 0, "topic", "print");
    return new Cursor(
        partition, session.transaction(s -> checkpoints.takeOver(s, partition, wanted, 0)));
  }

  private void apply(ContractLog.Transaction... transactions) throws SQLException {
    applier.apply(session, cursor, incoming(transactions), () -> offset);
  }

  private List<Incoming> incoming(ContractLog.Transaction... transactions) {
    return Arrays.stream(transactions)
        .flatMap(t -> t.records().stream())
        .map(w -> w.at(offset++))
        .toList();
  }

  private static String query(String sql) {
    return postgres.query(sql);
  }

  @Test
  void shouldWriteEveryTypeAsItIs() throws Exception {
    var ada = customer(1, "Ada");
    ada.put("code", "");
    ada.put("balance", new BigDecimal("12.50"));
    ada.put("born", -40_000);
    ada.put("seen", 1_700_000_000_123_456L);
    ada.put("noted", -62_135_596_800_000_000L);
    ada.put("tags", Arrays.asList("a,b", "\"q\\", null, ""));
    ada.put("photo", ByteBuffer.wrap(new byte[] {0, -1}));
    ada.put("status", "it's \"odd\"");
    ada.put("ratio", Double.NaN);
    ada.put("vip", true);
    ada.put("extra", "{\"a\": null}");
    apply(log.transaction(ada));
    assertThat(query("SELECT balance || '|' || born || '|' || seen FROM crm.customer"))
        .isEqualTo("12.50|1860-06-26|2023-11-14 22:13:20.123456+00");
    assertThat(query("SELECT noted::text || tags::text || photo::text FROM crm.customer"))
        .isEqualTo("0001-01-01 00:00:00{\"a,b\",\"\\\"q\\\\\",NULL,\"\"}\\x00ff");
    assertThat(query("SELECT status || code || ratio || vip || extra FROM crm.customer"))
        .isEqualTo("it's \"odd\"NaNtrue{\"a\": null}");
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldWriteTheLastStateOfEachKey() throws Exception {
    apply(
        log.transaction(customer(1, "a")),
        log.transaction(customer(1, "b"), customer(2, "x")),
        log.transaction(customer(1, "c"), 2));
    assertThat(query("SELECT string_agg(id || name, ',') FROM crm.customer")).isEqualTo("1c");
    assertThat(missed).isEmpty();
    assertThat(query("SELECT contract_offset || ' ' || outbox_offset FROM tandem.checkpoint"))
        .isEqualTo("4 4");
  }

  @Test
  void shouldNotUpdateARowThatIsAlreadyRight() throws Exception {
    var ada = customer(1, "Ada");
    ada.put("extra", "{}");
    apply(log.transaction(ada));
    String version = query("SELECT xmin FROM crm.customer");
    apply(log.transaction(ada));
    assertThat(query("SELECT xmin FROM crm.customer")).isEqualTo(version);
  }

  /// Fault 44: the target's own numbers begin when it is the only writer.
  @Test
  void shouldGiveAKeyThatTheTargetAlwaysGeneratesTheValueOfTheLegacyStore() throws Exception {
    postgres.execute("ALTER TABLE crm.\"order\" ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY");
    apply(log.transaction(customer(1, "Ada"), customer(2, "Bob"), order(7, 1), order(8, 1)));
    apply(log.transaction(order(7, 2)));
    assertThat(
            query(
                "SELECT string_agg(id || ' of ' || customer_id, ', ' ORDER BY id) FROM crm.order"))
        .isEqualTo("7 of 2, 8 of 1");
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldFollowForeignKeysInBothDirections() throws Exception {
    apply(log.transaction(order(7, 1)), log.transaction(customer(1, "Ada")));
    apply(log.transaction(customer(2, "Bob"), order(7, 2), 1));
    assertThat(query("SELECT customer_id FROM crm.order")).isEqualTo("2");
    assertThat(query("SELECT string_agg(name, '') FROM crm.customer")).isEqualTo("Bob");
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldKeepChildrenAsTheListSays() throws Exception {
    var ada = customer(1, "Ada");
    ada.put("addresses", List.of(address(1, "a"), address(2, "b")));
    ada.put("remarks", List.of(remark("x"), remark("x"), remark("y")));
    var bob = customer(2, "Bob");
    bob.put("remarks", List.of(remark("z")));
    apply(log.transaction(ada, bob));
    String untouched = query("SELECT xmin FROM crm.remark WHERE customer_id = 2");
    String kept = query("SELECT xmin FROM crm.address WHERE no = 2");
    ada.put("addresses", List.of(address(2, "b"), address(3, "c")));
    ada.put("remarks", List.of(remark("x"), remark("y")));
    apply(log.transaction(ada, bob));
    assertThat(query("SELECT string_agg(no || street, ',' ORDER BY no) FROM crm.address"))
        .isEqualTo("2b,3c");
    assertThat(query("SELECT string_agg(text, ',' ORDER BY text) FROM crm.remark"))
        .isEqualTo("x,y,z");
    assertThat(query("SELECT xmin FROM crm.remark WHERE customer_id = 2")).isEqualTo(untouched);
    assertThat(query("SELECT xmin FROM crm.address WHERE no = 2")).isEqualTo(kept);
    apply(log.transaction(1, 2));
    assertThat(
            query(
                "SELECT count(*) FROM (SELECT 1 FROM crm.remark UNION ALL SELECT 1 FROM"
                    + " crm.address UNION ALL SELECT 1 FROM crm.customer) a"))
        .isEqualTo("0");
  }

  @Test
  void shouldApplyTwoRowsThatSwapAUniqueValue() throws Exception {
    var a = customer(1, "a");
    a.put("code", "x");
    var b = customer(2, "b");
    b.put("code", "y");
    apply(log.transaction(a, b));
    a.put("code", "y");
    b.put("code", "x");
    apply(log.transaction(customer(3, "c")), log.transaction(a, b));
    assertThat(query("SELECT string_agg(id || code, ',' ORDER BY id) FROM crm.customer"))
        .isEqualTo("1y,2x");
    assertThat(query("SELECT count(*) FROM crm.customer")).isEqualTo("3");
    assertThat(letters).isEmpty();
  }

  /// What another partition reads first: that row 2 has a code now.
  private List<Incoming> takingCode(String code) {
    var taker = customer(2, "b");
    taker.put("code", code);
    return new ContractLog(registry)
        .transaction(taker).records().stream().map(w -> w.at(0)).toList();
  }

  /// 1. row 1 of partition 0 has a value 2. partition 1 is first to hear that row 2 has it now 3.
  /// partition 0 hears that row 1 gave it up.
  @Test
  void shouldWaitForAUniqueValueThatAnotherPartitionGivesUp() throws Exception {
    var first = customer(1, "a");
    first.put("code", "x");
    apply(log.transaction(first));
    Cursor other = takeOver(session, 1);
    var both = applier(ShopTarget.plan(2));
    var taking = takingCode("x");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> both.apply(session, other, taking, () -> 1))
          .isInstanceOf(SQLException.class)
          .extracting(e -> Failure.of((SQLException) e))
          .isEqualTo(Failure.RETRY);
    }
    assertThat(letters).isEmpty();
    first.put("code", "y");
    apply(log.transaction(first));
    both.apply(session, other, taking, () -> 1);
    assertThat(query("SELECT string_agg(id || code, ',' ORDER BY id) FROM crm.customer"))
        .isEqualTo("1y,2x");
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldGiveUpWhereAUniqueValueStaysTaken() throws Exception {
    var first = customer(1, "a");
    first.put("code", "x");
    apply(log.transaction(first));
    Cursor other = takeOver(session, 1);
    var both = applier(ShopTarget.plan(2));
    var taking = takingCode("x");
    assertThatThrownBy(() -> both.apply(session, other, taking, () -> 1))
        .isInstanceOf(SQLException.class);
    now = now.plus(UniquePatience.WHILE);
    both.apply(session, other, taking, () -> 1);
    assertThat(letters)
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).contains("23505"));
  }

  @Test
  void shouldNotSwapWhereDeletingFirstWouldLoseSomething() throws Exception {
    postgres.execute("ALTER TABLE crm.customer ADD COLUMN theirs text DEFAULT 'kept'");
    var a = customer(1, "a");
    a.put("code", "x");
    var b = customer(2, "b");
    b.put("code", "y");
    apply(log.transaction(a, b));
    a.put("code", "y");
    b.put("code", "x");
    apply(log.transaction(a, b));
    assertThat(letters).hasSize(2).allMatch(letter -> letter.reason().contains("23505"));
    assertThat(query("SELECT string_agg(theirs, '') FROM crm.customer")).isEqualTo("keptkept");
  }

  @Test
  void shouldIsolateTheRecordThatTheTargetRefuses() throws Exception {
    apply(
        log.transaction(customer(1, "fits"), customer(2, "much too long for it")),
        log.transaction(customer(3, "fits")),
        log.transaction(order(9, 404)));
    assertThat(query("SELECT string_agg(id::text, ',' ORDER BY id) FROM crm.customer"))
        .isEqualTo("1,3");
    assertThat(letters).extracting(DeadLetter::entity).containsExactly("Customer", "Order");
    assertThat(letters.getFirst().reason()).contains("22001").doesNotContain("much too long");
    assertThat(letters.get(1).reason()).contains("23503");
    assertThat(cursor.mark().contractOffset()).isEqualTo(3);
    assertThat(cursor.mark().watermark()).isEqualTo(3);
  }

  /// What stands in the contract topic for those who may read it stands in no other.
  @Test
  void shouldKeepTheRecordOutOfTheDeadLetterWhereAFieldIsSensitive() throws Exception {
    var refused = log.transaction(customer(1, "much too long for it"));
    apply(refused);
    var sensitive = applier(SensitivePlan.of(ShopTarget.plan(1)));
    sensitive.apply(
        session,
        cursor,
        incoming(log.transaction(customer(2, "much too long for it"))),
        () -> offset);
    assertThat(letters).hasSize(2);
    assertThat(letters.getFirst().payload()).isNotNull();
    assertThat(letters.getLast().payload()).isNull();
    assertThat(letters.getLast().key()).isNotNull();
  }

  @Test
  void shouldSendWhatCannotBeReadToTheDeadLettersAndGoOn() throws Exception {
    var good = log.transaction(customer(1, "Ada")).records().getFirst();
    var poison = log.transaction(customer(2, "Bob")).records().getFirst();
    byte[] unknown = {0, 0, 0, 0, 99, 1};
    apply(
        new ContractLog.Transaction(
            List.of(
                good,
                new ContractLog.Written(poison.position(), poison.key(), new byte[] {1, 2}),
                new ContractLog.Written(
                    log.transaction(customer(3, "c")).records().getFirst().position(),
                    unknown,
                    unknown))));
    assertThat(letters).hasSize(2);
    assertThat(letters.getFirst().offset()).isEqualTo(2);
    assertThat(query("SELECT count(*) FROM crm.customer")).isEqualTo("1");
    assertThat(query("SELECT contract_offset FROM tandem.checkpoint")).isEqualTo("2");
  }

  @Test
  void shouldKeepOneRowForEachKeyThatTheTargetRefuses() throws Exception {
    var tooLong = customer(2, "much too long for it");
    apply(log.transaction(customer(1, "fits"), tooLong));
    apply(log.transaction(order(9, 404)), log.transaction(tooLong));
    assertThat(
            query(
                "SELECT string_agg(concat_ws(' ', migration, domain, generation, partition,"
                    + " entity, contract_offset, outbox_offset), ', ' ORDER BY contract_offset)"
                    + " FROM tandem.refusal"))
        .isEqualTo("shop sales 1 0 Order 2 2, shop sales 1 0 Customer 3 3");
    assertThat(query("SELECT reason FROM tandem.refusal WHERE entity = 'Customer'"))
        .contains("22001")
        .doesNotContain("much too long");
    byte[] key = log.transaction(tooLong).records().getFirst().key();
    assertThat(query("SELECT encode(key, 'hex') FROM tandem.refusal WHERE entity = 'Customer'"))
        .isEqualTo(java.util.HexFormat.of().formatHex(key));
  }

  @Test
  void shouldNotStopForARefusedKeyThatIsTooLongToBeKept() throws Exception {
    var poison = log.transaction(customer(2, "Bob")).records().getFirst();
    byte[] endless = new byte[100_000];
    new java.util.Random(1).nextBytes(endless);
    apply(
        new ContractLog.Transaction(
            List.of(new ContractLog.Written(poison.position(), endless, new byte[] {1}))));
    assertThat(letters).hasSize(1);
    assertThat(query("SELECT count(*) FROM tandem.refusal")).isEqualTo("0");
  }

  @Test
  void shouldSayInTheCheckpointWhetherTheTargetStandsAtTheWatermark() throws Exception {
    var two = incoming(log.transaction(customer(1, "a"), customer(2, "b")));
    applier.apply(session, cursor, two.subList(0, 1), () -> offset);
    assertThat(query("SELECT settled FROM tandem.checkpoint")).isEqualTo("f");
    cursor = takeOver(session);
    assertThat(cursor.mark().settled()).as("kept by a take-over").isFalse();
    applier.apply(session, cursor, two.subList(1, 2), () -> offset);
    assertThat(query("SELECT settled FROM tandem.checkpoint")).isEqualTo("t");
    cursor = takeOver(session);
    assertThat(cursor.mark().settled()).isTrue();
  }

  @Test
  void shouldFindADeletionThatMeetsNoRow() throws Exception {
    apply(log.transaction(customer(1, "Ada")));
    postgres.execute("DELETE FROM crm.customer");
    apply(log.transaction(1));
    assertThat(missed).containsExactly("Customer 1");
  }

  @Test
  void shouldWriteNothingOnceAnotherHasTakenOver() throws Exception {
    apply(log.transaction(customer(1, "Ada")));
    try (var other = session()) {
      takeOver(other);
    }
    var batch = incoming(log.transaction(customer(1, "Bob")));
    assertThatThrownBy(() -> applier.apply(session, cursor, batch, () -> offset))
        .isInstanceOf(BatchApplier.NotHeldException.class);
    assertThat(query("SELECT name FROM crm.customer")).isEqualTo("Ada");
  }

  @Test
  void shouldHoldTheWatermarkBackOverACompactedStretch_C6() throws Exception {
    apply(log.transaction(customer(1, "a")));
    log.skip(2);
    offset += 2;
    var after = incoming(log.transaction(customer(2, "b")), log.transaction(customer(3, "c")));
    applier.apply(session, cursor, after.subList(0, 1), () -> offset);
    assertThat(query("SELECT outbox_offset || ' ' || skipping_until FROM tandem.checkpoint"))
        .isEqualTo("0 5");
    applier.apply(session, cursor, after.subList(1, 2), () -> offset);
    assertThat(
            query(
                "SELECT outbox_offset || ' ' || (skipping_until IS NULL) FROM"
                    + " tandem.checkpoint"))
        .isEqualTo("2 true");
  }

  @Test
  void shouldTreatARowLockedForLongAsSomethingToRetry() throws Exception {
    apply(log.transaction(customer(1, "a")), log.transaction(customer(2, "b")));
    try (var other = postgres.connect();
        var statement = other.createStatement()) {
      statement.execute("SET deadlock_timeout = '10s'");
      other.setAutoCommit(false);
      statement.execute("UPDATE crm.customer SET name = 'held' WHERE id = 2");
      session.execute("SET lock_timeout = '200ms'");
      session.open().commit();
      var batch = incoming(log.transaction(customer(1, "x"), customer(2, "y")));
      assertThatThrownBy(() -> applier.apply(session, cursor, batch, () -> offset))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(Failure.of(e)).isEqualTo(Failure.RETRY));
      other.rollback();
      applier.apply(session, cursor, batch, () -> offset);
    }
    assertThat(query("SELECT string_agg(name, '' ORDER BY id) FROM crm.customer")).isEqualTo("xy");
    assertThat(letters).isEmpty();
  }

  @Test
  void shouldGoOnOverANewConnectionAfterItsOwnWasCut() throws Exception {
    apply(log.transaction(customer(1, "a")));
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tandem"
            + " test'");
    var batch = incoming(log.transaction(customer(2, "b")));
    assertThatThrownBy(() -> applier.apply(session, cursor, batch, () -> offset))
        .isInstanceOf(SQLException.class);
    applier.apply(session, cursor, batch, () -> offset);
    assertThat(query("SELECT count(*) FROM crm.customer")).isEqualTo("2");
  }

  @Test
  void shouldGiveAnEpochOutOnlyOnceAlsoAfterTheTargetWasRestored() throws Exception {
    postgres.execute("UPDATE tandem.checkpoint SET epoch = 2");
    var wanted = new Checkpoint(Mark.START, 0, "topic", "print");
    Checkpoint taken = session.transaction(s -> checkpoints.takeOver(s, 0, wanted, 8));
    assertThat(taken.epoch()).isEqualTo(9);
    assertThat(Map.of("print", taken.fingerprint())).containsEntry("print", "print");
    assertThat(Stream.of(taken.topicId())).containsExactly("topic");
  }
}
