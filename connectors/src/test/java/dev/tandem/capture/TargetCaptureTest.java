package dev.tandem.capture;

import static dev.tandem.apply.ShopTarget.address;
import static dev.tandem.apply.ShopTarget.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.apply.ContractLog;
import dev.tandem.apply.ShopTarget;
import dev.tandem.apply.TargetWriter;
import dev.tandem.capture.CaptureStatus.State;
import dev.tandem.plan.Fingerprint;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.Row;
import dev.tandem.setup.TargetSchema;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.table.TableId;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.Partitioning;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The capture of a target that apply writes to, and others too.
class TargetCaptureTest {
  private static final int PARTITIONS = 3;
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final CaptureNames NAMES = new CaptureNames("shop", Side.TARGET);
  private static final MigrationPlan PLAN =
      new MigrationPlan("shop", List.of(ShopTarget.plan(PARTITIONS)));
  private static final TableId CUSTOMER = TableId.parse("crm.customer");
  private static final TableId ADDRESS = TableId.parse("crm.address");
  private static final TableId ORDER = TableId.parse("crm.order");
  private static final TableId CHECKPOINT = TableId.parse("tandem.checkpoint");
  private static final TableId REFUSAL = TableId.parse("tandem.refusal");

  private final MemoryOutbox observed = new MemoryOutbox();
  private final ContractLog log = new ContractLog(observed.registry);

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @BeforeEach
  void setUp() throws Exception {
    POSTGRES.execute(
        ShopTarget.TABLES,
        "ALTER TABLE crm.remark ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "ALTER TABLE crm.remark REPLICA IDENTITY FULL");
    try (var connection = POSTGRES.connect()) {
      TargetSchema.install(connection);
    }
    POSTGRES.execute(
        "CREATE PUBLICATION "
            + NAMES.publication()
            + " FOR TABLE crm.customer, crm.address, crm.remark, crm.\"order\","
            + " tandem.checkpoint, tandem.refusal",
        "SELECT pg_create_logical_replication_slot('" + NAMES.slot() + "', 'pgoutput')");
  }

  @AfterEach
  void tearDown() {
    until(
        () -> POSTGRES.query("SELECT count(*) FROM pg_replication_slots WHERE active").equals("0"));
    POSTGRES.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION " + NAMES.publication(),
        "DROP SCHEMA crm CASCADE",
        "DROP SCHEMA tandem CASCADE");
  }

  @Test
  void shouldShowTheCheckpointFirstAndTheEndMarkedInThePartitionThatWasApplied() throws Exception {
    int partition = 1;
    long id = idIn(partition);
    var ada = customer(id, "Ada");
    ada.put("addresses", List.of(address(1, "a"), address(2, "b")));
    try (var _ = start();
        var writer = writer(partition)) {
      writer.apply(log.transaction(ada));
      await(
          "the apply",
          () -> last(partition, CHECKPOINT),
          row -> Objects.equals(row.value("settled"), true));
      await("its end", () -> transaction(partition), all -> all.size() == 4);
    }
    List<Change> applied = transaction(partition);
    assertThat(applied)
        .extracting(Change::table)
        .containsExactly(CHECKPOINT, CUSTOMER, ADDRESS, ADDRESS);
    assertThat(applied).extracting(Change::last).containsExactly(false, false, false, true);
    Row checkpoint = after(applied.getFirst());
    assertThat(checkpoint.value("outbox_offset")).isEqualTo(0L);
    assertThat(checkpoint.value("partition")).isEqualTo(partition);
    assertThat(observed.changes(0)).isEmpty();
    assertThat(observed.changes(2)).isEmpty();
  }

  @Test
  void shouldSayThatTheTargetIsNotSettledInsideALegacyTransaction() throws Exception {
    long first = idIn(0);
    var both = log.transaction(customer(first, "a"), customer(first, "b"));
    try (var _ = start();
        var writer = writer(0)) {
      writer.applyBeginning(both);
      await(
          "the apply",
          () -> last(0, CHECKPOINT),
          row -> Objects.equals(row.value("settled"), false));
    }
    assertThat(last(0, CHECKPOINT).value("outbox_offset")).isEqualTo(-1L);
  }

  @Test
  void shouldShowAForeignWriteAsATransactionWithoutACheckpoint() {
    long id = idIn(2);
    try (var _ = start()) {
      POSTGRES.execute(
          "INSERT INTO crm.customer (id, name) VALUES (%d, 'x')".formatted(id),
          "INSERT INTO crm.address VALUES (%d, 1, 'y')".formatted(id),
          "UPDATE crm.customer SET name = 'z'",
          "DELETE FROM crm.address");
      until(() -> observed.changes(2).size() == 4);
    }
    assertThat(observed.changes(2))
        .extracting(Change::op)
        .containsExactly(Op.INSERT, Op.INSERT, Op.UPDATE, Op.DELETE);
    assertThat(observed.changes(2)).allMatch(Change::last);
    assertThat(changes(CHECKPOINT)).isEmpty();
  }

  @Test
  void shouldShowAKeyThatIsChangedAsALeaveAndAnEnter() {
    long from = idIn(0);
    long to = idIn(1);
    try (var _ = start()) {
      POSTGRES.execute(
          "INSERT INTO crm.customer (id, name) VALUES (%d, 'x')".formatted(from),
          "UPDATE crm.customer SET id = %d".formatted(to));
      until(() -> observed.changes(1).size() == 1);
    }
    assertThat(observed.changes(0)).extracting(Change::op).containsExactly(Op.INSERT, Op.DELETE);
    assertThat(observed.changes(1)).extracting(Change::op).containsExactly(Op.INSERT);
  }

  @Test
  void shouldSweepWhatWasThereBeforeAndNeverTandemsOwnRows() throws Exception {
    try (var writer = writer(0)) {
      writer.apply(log.transaction(customer(idIn(0), "old")));
    }
    POSTGRES.execute(
        "INSERT INTO crm.customer (id, name) SELECT i, 'n' FROM generate_series(10000, 10099) i",
        "INSERT INTO crm.address SELECT i, 1, 'a' FROM generate_series(10000, 10099) i",
        "INSERT INTO crm.\"order\" SELECT i, 10000, 1 FROM generate_series(1, 50) i");
    POSTGRES.query(
        "SELECT pg_replication_slot_advance('" + NAMES.slot() + "', pg_current_wal_lsn())");
    try (var capture = start()) {
      until(() -> isSwept(capture));
    }
    assertThat(swept(CUSTOMER)).hasSize(101);
    assertThat(swept(ADDRESS)).hasSize(100);
    assertThat(swept(ORDER)).hasSize(50);
    assertThat(swept(CHECKPOINT)).isEmpty();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(
              observed.records(partition).stream()
                  .filter(it -> it instanceof Marker marker && marker.kind() == Kind.SWEEP_ENDED)
                  .map(it -> ((Marker) it).table()))
          .containsExactlyInAnyOrderElementsOf(new Routing(PLAN, Side.TARGET).swept());
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (OutboxRecord record : observed.records(partition)) {
        if (record instanceof Swept swept) {
          Row row = swept.row();
          String parent = row.schema().table().equals(ADDRESS) ? "customer_id" : "id";
          assertThat(partitionOf((Long) Objects.requireNonNull(row.value(parent))))
              .isEqualTo(partition);
        }
      }
    }
  }

  @Test
  void shouldPassOverTheCheckpointsOfOtherMigrationsDomainsAndGenerations() throws Exception {
    try (var capture = start();
        var writer = writer(0)) {
      POSTGRES.execute(
          checkpoint("bank", "sales", 1, 0),
          checkpoint("shop", "gone", 1, 0),
          checkpoint("shop", "sales", 2, 0),
          checkpoint("shop", "sales", 1, 99));
      writer.apply(log.transaction(customer(idIn(0), "a")));
      await(
          "the apply",
          () -> last(0, CHECKPOINT),
          row -> Objects.equals(row.value("outbox_offset"), 0L));
      until(() -> capture.status().parked() == 1);
    }
    assertThat(changes(CHECKPOINT))
        .allSatisfy(
            change -> {
              assertThat(after(change).value("migration")).isEqualTo("shop");
              assertThat(after(change).value("generation")).isEqualTo(1);
              assertThat(after(change).value("partition")).isEqualTo(0);
            });
    assertThat(observed.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.CAPTURE);
              assertThat(letter.domain()).isEqualTo("sales");
              assertThat(letter.topic()).isEqualTo("shop.sales.observed");
            });
  }

  /// A domain of a hundred entities: kept out of line, an unchanged value would not be in the log.
  @Test
  void shouldShowALongFingerprintThoughItDoesNotChange() {
    String fingerprint =
        IntStream.range(0, 100)
            .mapToObj(i -> Fingerprint.of("entity " + i))
            .collect(Collectors.joining("-"));
    POSTGRES.execute(
        "INSERT INTO tandem.checkpoint (migration, domain, generation, partition, topic_id,"
            + " fingerprint) VALUES ('shop', 'sales', 1, 0, 'some topic', '%s')"
                .formatted(fingerprint));
    try (var _ = start()) {
      POSTGRES.execute("UPDATE tandem.checkpoint SET outbox_offset = 5");
      await(
          "the checkpoint",
          () -> last(0, CHECKPOINT),
          row -> Objects.equals(row.value("outbox_offset"), 5L));
    }
    assertThat(last(0, CHECKPOINT).value("fingerprint")).isEqualTo(fingerprint);
  }

  private static String checkpoint(String migration, String domain, int generation, int partition) {
    return "INSERT INTO tandem.checkpoint (migration, domain, generation, partition, topic_id,"
        + " fingerprint, tables_in) VALUES ('%s', '%s', %d, %d, '', '', %s)"
            .formatted(
                migration, domain, generation, partition, generation == 1 ? "NULL" : "'elsewhere'");
  }

  @Test
  void shouldShowARefusalInTheTransactionThatWentPastIt() throws Exception {
    long id = idIn(0);
    try (var _ = start();
        var writer = writer(0)) {
      writer.apply(log.transaction(customer(id, "much too long for it")));
      assertThat(writer.letters()).hasSize(1);
      await("the refusal", () -> transaction(0), all -> all.size() == 2);
    }
    assertThat(transaction(0)).extracting(Change::table).containsExactly(CHECKPOINT, REFUSAL);
    Row refusal = after(transaction(0).getLast());
    assertThat(refusal.value("entity")).isEqualTo("Customer");
    assertThat(refusal.value("outbox_offset")).isEqualTo(0L);
    assertThat((byte[]) refusal.value("key"))
        .isEqualTo(log.transaction(customer(id, "x")).records().getFirst().key());
  }

  @Test
  void shouldWriteEachChangeOnceWhereItIsKilledBetweenKafkaAndTheSlot() throws Exception {
    observed.loseTheAnswerTo(TargetCaptureTest::hasChanges);
    try (var capture = start();
        var writer = writer(0)) {
      for (int i = 0; i < 20; i++) {
        writer.apply(log.transaction(customer(idIn(0), "n" + i)));
      }
      await(
          "all of it",
          () -> last(0, CHECKPOINT),
          row -> Objects.equals(row.value("outbox_offset"), 19L));
      until(() -> capture.status().redelivered() > 0);
    }
    assertThat(
            observed.changes(0).stream()
                .filter(change -> change.table().equals(CHECKPOINT))
                .map(change -> after(change).value("contract_offset")))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(-1, 19).boxed().map(Object.class::cast).toList());
    assertThat(observed.changes(0).stream().filter(change -> change.table().equals(CUSTOMER)))
        .hasSize(20);
  }

  @Test
  void shouldShowATruncationInEveryPartition() {
    try (var _ = start()) {
      POSTGRES.execute("TRUNCATE crm.\"order\"");
      until(() -> changes(ORDER).size() == PARTITIONS);
    }
    assertThat(changes(ORDER)).allMatch(change -> change.op() == Op.TRUNCATE && change.last());
  }

  @Test
  void shouldLiveBesideTheCaptureOfTheLegacyStoreInOneServer() {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name text)",
        "CREATE PUBLICATION tandem_shop FOR TABLE t",
        "SELECT pg_create_logical_replication_slot('tandem_shop', 'pgoutput')");
    var outbox = new MemoryOutbox();
    var legacy =
        CaptureSettings.of(
                TestPlan.of(1, new TableId("public", "t"), "id"),
                access(),
                Map.of(),
                outbox.registry)
            .withPace(PACE);
    try (var one = Capture.start(legacy, outbox::writer);
        var two = start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'x')");
      POSTGRES.execute("INSERT INTO crm.customer (id, name) VALUES (1, 'x')");
      until(() -> outbox.changes(0).size() == 1 && changes(CUSTOMER).size() == 1);
      assertThat(one.status().state()).isEqualTo(State.STREAMING);
      assertThat(two.status().state()).isEqualTo(State.STREAMING);
    }
    POSTGRES.execute("DROP PUBLICATION tandem_shop", "DROP TABLE t");
  }

  @Test
  void shouldWaitForSetUpWhereTheTargetWasNeverCaptured() {
    POSTGRES.execute("SELECT pg_drop_replication_slot('" + NAMES.slot() + "')");
    try (var capture = start()) {
      until(() -> capture.status().state() == State.NOT_SET_UP);
      assertThat(capture.status().detail()).contains("tandem_shop_target").contains("tandem setup");
    }
    assertThat(POSTGRES.query("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  private static final CaptureSettings.Pace PACE =
      new CaptureSettings.Pace(
          Duration.ofMillis(300),
          Duration.ofMinutes(5),
          Duration.ofMillis(100),
          Duration.ofMillis(500));

  private Capture start() {
    var settings =
        CaptureSettings.of(PLAN, access(), Map.of(), observed.registry)
            .onSide(Side.TARGET)
            .withPace(PACE);
    return Capture.start(settings, observed::writer);
  }

  private static PostgresAccess access() {
    return new PostgresAccess(POSTGRES.url(), "postgres", "");
  }

  private TargetWriter writer(int partition) throws Exception {
    return new TargetWriter(
        POSTGRES::connect, observed.registry, ShopTarget.plan(PARTITIONS), partition);
  }

  private static int partitionOf(long id) {
    return Partitioning.partition(Long.toString(id), PARTITIONS);
  }

  /// The smallest id whose rows belong to a partition.
  private static long idIn(int partition) {
    return LongStream.iterate(1, id -> id + 1)
        .filter(id -> partitionOf(id) == partition)
        .findFirst()
        .orElseThrow();
  }

  /// The changes of the newest transaction of a partition.
  private List<Change> transaction(int partition) {
    List<Change> changes = observed.changes(partition);
    if (changes.isEmpty()) {
      return List.of();
    }
    long xid = changes.getLast().position().xid();
    return changes.stream().filter(change -> change.position().xid() == xid).toList();
  }

  private Row last(int partition, TableId table) {
    return after(
        observed.changes(partition).stream()
            .filter(change -> change.table().equals(table))
            .reduce((_, later) -> later)
            .orElseThrow(AssertionError::new));
  }

  private Stream<OutboxRecord> records() {
    return IntStream.range(0, PARTITIONS).boxed().flatMap(i -> observed.records(i).stream());
  }

  private List<Change> changes(TableId table) {
    return records()
        .filter(Change.class::isInstance)
        .map(Change.class::cast)
        .filter(change -> change.table().equals(table))
        .toList();
  }

  private List<Row> swept(TableId table) {
    return records()
        .filter(Swept.class::isInstance)
        .map(record -> ((Swept) record).row())
        .filter(row -> row.schema().table().equals(table))
        .toList();
  }

  private static boolean isSwept(Capture capture) {
    var sweeps = capture.status().sweeps();
    return sweeps.size() == 4 && sweeps.values().stream().allMatch(it -> it.ended());
  }

  private static boolean hasChanges(List<OutboxEntry> entries) {
    return entries.size() > PARTITIONS;
  }

  private static Row after(Change change) {
    return Objects.requireNonNull(change.after());
  }

  private static <T> void await(
      String what, java.util.function.Supplier<T> found, java.util.function.Predicate<T> is) {
    org.awaitility.Awaitility.await(what)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(is.test(found.get())).isTrue());
  }

  private static void until(Callable<Boolean> done) {
    org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(done);
  }
}
