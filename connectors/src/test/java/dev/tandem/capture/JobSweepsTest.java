package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.capture.SweepGate.Answer;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobScope;
import dev.tandem.job.SweepReport;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobSweepsTest {
  private static final TableId T = new TableId("public", "t");
  private static final int PARTITIONS = 3;
  private static final int ROWS = 1000;
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final CaptureNames NAMES = new CaptureNames(TestPlan.MIGRATION);
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final GivenOrders orders = new GivenOrders();
  private final GivenRegistry registry = new GivenRegistry();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  private final CaptureListener listener =
      new CaptureListener() {
        @Override
        public void failed(Throwable failure) {
          failures.add(failure);
        }
      };

  private volatile Answer answer = new Answer.Go();
  private volatile boolean applied;
  private Duration horizon = Duration.ofMinutes(5);
  private Duration longestRetry = Duration.ofMillis(500);

  /// Orders as the test gives them.
  private static final class GivenOrders implements SweepOrders {
    private final Map<String, JobOrder> byId = new TreeMap<>();
    private volatile boolean endedElsewhere;
    private volatile Optional<Compared> compared = Optional.empty();

    synchronized void give(JobOrder order) {
      byId.put(order.id(), order);
    }

    @Override
    public synchronized List<JobOrder> standing() {
      return List.copyOf(byId.values());
    }

    @Override
    public boolean hasEndedElsewhere(JobOrder order) {
      return endedElsewhere;
    }

    @Override
    public Optional<Compared> compared(JobOrder order, CaptureState.Note.Seal seal) {
      return compared;
    }
  }

  /// The registry of the outbox, unless it is away.
  private final class GivenRegistry implements Registry {
    private volatile boolean isAway;

    /// Away where the name of a schema ends like this.
    private volatile String awayFor = "nothing";

    @Override
    public int register(String subject, Schema schema) {
      if (isAway || schema.getName().endsWith(awayFor)) {
        throw new RegistryException(RegistryException.Kind.UNAVAILABLE, "the registry is away");
      }
      return outbox.registry.register(subject, schema);
    }

    @Override
    public Schema byId(int id) {
      return outbox.registry.byId(id);
    }
  }

  private final class GivenGate implements SweepGate {
    @Override
    public Answer ask(JobOrder order) {
      return answer;
    }

    @Override
    public boolean hasApplied(JobOrder order, SortedMap<Integer, Long> offsets) {
      return applied;
    }
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @BeforeEach
  void setUp() {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name text)",
        "INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, " + ROWS + ") i",
        "CREATE PUBLICATION " + NAMES.publication() + " FOR TABLE t",
        "SELECT pg_create_logical_replication_slot('" + NAMES.slot() + "', 'pgoutput')");
  }

  @AfterEach
  void tearDown() {
    await()
        .until(
            () ->
                POSTGRES
                    .query("SELECT count(*) FROM pg_replication_slots WHERE active")
                    .equals("0"));
    POSTGRES.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION IF EXISTS " + NAMES.publication(),
        "DROP FUNCTION IF EXISTS refused(int)",
        "DROP TABLE t");
  }

  @Test
  void shouldSweepATableAgainAndMarkThatItIsWhole() {
    try (var _ = loaded()) {
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(kinds(i))
          .containsSubsequence(
              Kind.SWEEP_STARTED, Kind.SWEEP_ENDED, Kind.SWEEP_STARTED, Kind.SWEEP_ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(ROWS);
  }

  /// C15: the outbox may be cut off where a whole sweep begins, if that has seen all that stands
  /// before. A transaction that runs keeps no sweep from reading; it keeps it from being such one.
  @Test
  void shouldSayWhatAWholeSweepHasToSeeAndWhatItHasSeen_C15() throws Exception {
    try (var _ = loaded();
        var open = POSTGRES.connect();
        var statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("UPDATE t SET name = 'new' WHERE id = 1");
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b1", Phase.ENDED);
      assertThat(hasSeenAll()).isFalse();
      open.commit();
      orders.give(order("b2", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b2", Phase.ENDED);
      assertThat(hasSeenAll()).isTrue();
    }
  }

  /// Of the newest sweep.
  private boolean hasSeenAll() {
    long wanted = Long.MAX_VALUE;
    boolean has = false;
    for (OutboxRecord each : outbox.records(0)) {
      if (each instanceof OutboxRecord.Marker marker && marker.snapshot() != null) {
        if (marker.kind() == Kind.SWEEP_STARTED) {
          wanted = marker.snapshot().xmax();
        } else if (marker.kind() == Kind.SWEEP_ENDED) {
          has = marker.snapshot().xmin() >= wanted;
        }
      }
    }
    return has;
  }

  /// A row that is there and could not be placed would be taken for gone at the end.
  @Test
  void shouldNotSayWhatIsGoneWhereARowCouldNotBePlaced() {
    outbox.largest = 20_000;
    try (var _ = loaded()) {
      POSTGRES.execute("UPDATE t SET name = repeat('x', 30000) WHERE id = 7");
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b1", Phase.ENDED);
      orders.give(order("v1", JobOrder.Kind.VERIFY, JobScope.ALL, JobLimits.NONE));
      awaitPhase("v1", Phase.ENDED);
    }
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(kinds(i))
          .containsOnlyOnce(Kind.SWEEP_ENDED)
          .doesNotContain(Kind.VERIFICATION_ENDED);
    }
    assertThat(List.of(report("b1").reason(), report("v1").reason()))
        .allMatch(reason -> reason.contains("gone was not looked for: 1 rows"));
  }

  /// Each verification would repeat what the one before has said.
  @Test
  void shouldWriteTheFirstDeadLettersOfAVerificationAndCountTheRest() {
    outbox.largest = 20_000;
    POSTGRES.execute("UPDATE t SET name = repeat('x', 30000) WHERE id <= 30");
    try (var _ = loaded()) {
      int before = outbox.deadLetters().size();
      orders.give(order("v1", JobOrder.Kind.VERIFY, JobScope.ALL, JobLimits.NONE));
      awaitPhase("v1", Phase.ENDED);
      assertThat(outbox.deadLetters()).hasSize(before + JobOutlet.SAMPLES);
    }
    assertThat(report("v1").unplaced()).isEqualTo(30);
  }

  /// Readers wait for the end of a first sweep.
  @Test
  void shouldEndAFirstSweepWhateverItCouldNotPlace() {
    outbox.largest = 20_000;
    POSTGRES.execute("UPDATE t SET name = repeat('x', 30000) WHERE id = 7");
    try (var _ = loaded()) {
      for (int i = 0; i < PARTITIONS; i++) {
        assertThat(kinds(i)).containsOnlyOnce(Kind.SWEEP_ENDED);
      }
    }
    assertThat(Objects.requireNonNull(outbox.state().sweep(T)).unplaced()).isEqualTo(1);
  }

  @Test
  void shouldNotMarkWhatIsNotWhole() {
    try (var _ = loaded()) {
      var scope = new JobScope("", "id <= 10 AND name LIKE 'n%'", List.of(), 1, "");
      orders.give(order("b1", JobOrder.Kind.BACKFILL, scope, JobLimits.NONE));
      awaitPhase("b1", Phase.ENDED);
      scope = new JobScope("", "", List.of("17", "900", "5000"), 1, "");
      orders.give(order("b2", JobOrder.Kind.BACKFILL, scope, JobLimits.NONE));
      awaitPhase("b2", Phase.FAILED);
      scope = new JobScope("", "", List.of("17", "900"), 1, "");
      orders.give(order("b3", JobOrder.Kind.BACKFILL, scope, JobLimits.NONE));
      awaitPhase("b3", Phase.ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(10);
    assertThat(report("b2").rows()).isEqualTo(2);
    assertThat(report("b2").reason()).contains("expected 3 rows of these keys, found and read 2");
    assertThat(report("b3").rows()).isEqualTo(2);
    assertThat(ids(Purpose.LOAD)).hasSize(ROWS + 14);
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(kinds(i)).containsOnlyOnce(Kind.SWEEP_ENDED);
      assertThat(kinds(i)).filteredOn(Kind.SWEEP_STARTED::equals).as("of the load").hasSize(2);
    }
  }

  @Test
  void shouldReadKeysAgainThatWereNotThere() {
    var scope = new JobScope("", "", List.of("5000"), 1, "");
    JobOrder order = order("b1", JobOrder.Kind.BACKFILL, scope, JobLimits.NONE);
    try (var _ = loaded()) {
      orders.give(order);
      awaitPhase("b1", Phase.FAILED);
      POSTGRES.execute("INSERT INTO t VALUES (5000, 'late')");
      orders.give(order.with(Wanted.RUN, "kim", "it is there", now()));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(1);
  }

  @Test
  void shouldReadAboutTheSampleThatIsAskedFor() {
    try (var _ = loaded()) {
      var scope = new JobScope("", "", List.of(), 0.2, "");
      orders.give(order("v1", JobOrder.Kind.VERIFY, scope, JobLimits.NONE));
      awaitPhase("v1", Phase.ENDED);
    }
    assertThat(report("v1").rows()).isBetween(ROWS / 10L, ROWS * 3L / 10);
  }

  /// However slowly the machine looks: after the pause is known no page is written, and the rest
  /// comes once and no more.
  @Test
  void shouldWriteNoPageOncePausedAndGoOnWhereItWas() {
    try (var _ = loaded()) {
      JobOrder slow =
          order(
              "b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(200, 1, 0, Duration.ZERO));
      orders.give(slow);
      await().atMost(Duration.ofSeconds(30)).until(() -> rowsOf("b1") >= 100);
      orders.give(slow.with(Wanted.PAUSE, "kim", "lunch", now()));
      Instant paused = Instant.now();
      awaitPhase("b1", Phase.STOPPED);
      assertThat(Duration.between(paused, Instant.now())).isLessThan(Duration.ofSeconds(1));
      long rows = rowsOf("b1");
      assertThat(rows).isBetween(100L, ROWS - 1L);
      await().during(Duration.ofMillis(500)).until(() -> rowsOf("b1") == rows);
      orders.give(
          order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE)
              .with(Wanted.RUN, "kim", "", now()));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
  }

  /// Bounds of one key say nothing in another: by these all that is left would be left out, and be
  /// called gone.
  @Test
  void shouldBeginAnewWhereTheKeyThatItIsReadByIsAnotherOne() {
    POSTGRES.execute("UPDATE t SET name = '!' || id");
    try (var _ = loaded()) {
      JobOrder slow =
          order(
              "b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(200, 1, 0, Duration.ZERO));
      orders.give(slow);
      await().atMost(Duration.ofSeconds(30)).until(() -> rowsOf("b1") >= 100);
      orders.give(slow.with(Wanted.PAUSE, "kim", "lunch", now()));
      awaitPhase("b1", Phase.STOPPED);
      POSTGRES.execute("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (name)");
      orders.give(
          order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE)
              .with(Wanted.RUN, "kim", "", now()));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(ROWS);
  }

  @Test
  void shouldGoOnInAnotherCaptureWhereTheFirstWasKilled() {
    orders.give(
        order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(400, 2, 0, Duration.ZERO)));
    try (var _ = start()) {
      await().atMost(Duration.ofSeconds(60)).until(() -> rowsOf("b1") >= 100);
    }
    long before = rowsOf("b1");
    assertThat(before).isLessThan(ROWS);
    try (var _ = start()) {
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
  }

  /// A write whose answer is lost, and one that is refused: the session begins anew.
  @Test
  void shouldRepeatAndLoseNothingWhereAWriteIsCut() {
    int[] writes = {0, 0};
    try (var _ = loaded()) {
      outbox.loseTheAnswerTo(entries -> entries.size() > PARTITIONS && ++writes[0] == 2);
      outbox.refuse(entries -> entries.size() > PARTITIONS && ++writes[1] == 4);
      orders.give(
          order(
              "b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(500, 1, 0, Duration.ZERO)));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(writes).containsExactly(2, 4);
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
  }

  @Test
  void shouldLetAnInitialLoadWaitWhereItIsPaused() {
    JobOrder load = order("load-d", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE);
    orders.give(load.with(Wanted.PAUSE, "kim", "month end", now()));
    try (var capture = start()) {
      await().during(Duration.ofMillis(500)).until(() -> ids(Purpose.LOAD).isEmpty());
      orders.give(load.with(Wanted.RUN, "kim", "", now()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                var sweep = capture.status().sweeps().get(T);
                return sweep != null && sweep.ended();
              });
    }
    assertThat(ids(Purpose.LOAD)).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(outbox.state().ordered("load-d", T)).isNull();
  }

  /// C12: a sweep goes on beside an ALTER TABLE that rewrites its table. A page whose snapshot were
  /// older than the rewriting would read nothing, and every row of it would be taken for gone.
  @Test
  void shouldMeetEveryRowOfATableThatIsRewrittenMeanwhile_C12() {
    try (var _ = loaded()) {
      JobOrder slow =
          order(
              "b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(800, 2, 0, Duration.ZERO));
      orders.give(slow);
      for (int i = 1; i <= 4; i++) {
        long rows = (long) i * (ROWS / 5);
        await().atMost(Duration.ofSeconds(30)).until(() -> rowsOf("b1") >= rows);
        POSTGRES.execute("ALTER TABLE t ADD made" + i + " timestamptz DEFAULT clock_timestamp()");
      }
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(ROWS);
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(ghosts(i)).isEmpty();
    }
  }

  /// What a reader would drop at the end of the last sweep: rows kept from before it that it did
  /// not meet.
  private List<Object> ghosts(int partition) {
    var kept = new TreeMap<Integer, Swept>();
    OutboxRecord.Marker end = null;
    for (OutboxRecord record : outbox.records(partition)) {
      if (record instanceof Swept swept) {
        kept.put((Integer) Objects.requireNonNull(swept.row().value("id")), swept);
      } else if (record instanceof OutboxRecord.Marker it && it.kind() == Kind.SWEEP_ENDED) {
        end = it;
      }
    }
    var oldest = Objects.requireNonNull(Objects.requireNonNull(end).snapshot());
    return kept.entrySet().stream()
        .filter(each -> !each.getValue().snapshot().includes(oldest))
        .<Object>map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void shouldEndWhereItIsCancelledAndLetTheNextJobBegin() {
    try (var _ = loaded()) {
      JobOrder slow =
          order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(50, 1, 0, Duration.ZERO));
      orders.give(slow);
      orders.give(order("b2", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      await().atMost(Duration.ofSeconds(30)).until(() -> rowsOf("b1") > 0);
      assertThat(outbox.state().ordered("b2", T)).isNull();
      orders.give(slow.with(Wanted.CANCEL, "kim", "not now", now()));
      awaitPhase("b2", Phase.ENDED);
    }
    assertThat(report("b1").phase()).isEqualTo(Phase.STOPPED);
    assertThat(report("b1").rows()).isLessThan(ROWS);
  }

  @Test
  void shouldFailWithTheDatabasesWordsAndTryAgainOnceOrderedAnew() {
    var scope = new JobScope("", "no_such > 3", List.of(), 1, "");
    JobOrder order = order("b1", JobOrder.Kind.BACKFILL, scope, JobLimits.NONE);
    orders.give(order);
    try (var _ = loaded()) {
      awaitPhase("b1", Phase.FAILED);
      assertThat(report("b1").reason()).contains("no_such").contains("does not exist");
      POSTGRES.execute("ALTER TABLE t ADD no_such int DEFAULT 4");
      orders.give(order.with(Wanted.RUN, "kim", "the column is there", now()));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(ROWS);
  }

  @Test
  void shouldSealABackfillAndNoteWhenTheTargetHasWhatItRead() {
    try (var _ = loaded()) {
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      await().atMost(Duration.ofSeconds(20)).until(() -> outbox.state().seal("b1") != null);
      var seal = Objects.requireNonNull(outbox.state().seal("b1"));
      assertThat(seal.offsets()).containsOnlyKeys(0, 1, 2);
      for (int i = 0; i < PARTITIONS; i++) {
        int offset = (int) (long) Objects.requireNonNull(seal.offsets().get(i));
        assertThat(outbox.records(i).subList(offset, outbox.records(i).size()))
            .noneMatch(Swept.class::isInstance);
      }
      await()
          .during(Duration.ofMillis(400))
          .until(() -> Objects.requireNonNull(outbox.state().seal("b1")).comparedAt() == 0);
      applied = true;
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Objects.requireNonNull(outbox.state().seal("b1")).comparedAt() > 0);
    }
  }

  /// Memories of deletions would grow for as long as it reads.
  @Test
  void shouldLetHorizonsPassWhileItReads() {
    horizon = Duration.ofMillis(400);
    try (var _ = loaded()) {
      orders.give(
          order(
              "b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(300, 1, 0, Duration.ZERO)));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
    List<Kind> kinds = kinds(0);
    int begun = kinds.lastIndexOf(Kind.SWEEP_STARTED);
    assertThat(kinds.subList(begun, kinds.lastIndexOf(Kind.SWEEP_ENDED)))
        .contains(Kind.HORIZON, Kind.HORIZON);
  }

  @Test
  void shouldLetOtherJobsGoOnWhileOneIsTriedAgain() {
    longestRetry = Duration.ofMinutes(10);
    POSTGRES.execute(refusing("55P03"));
    try (var _ = loaded()) {
      orders.give(order("b1", JobOrder.Kind.BACKFILL, refused(), JobLimits.NONE));
      awaitPhase("b1", Phase.HELD);
      assertThat(report("b1").reason()).contains("is tried again");
      orders.give(order("b2", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b2", Phase.ENDED);
    }
  }

  @Test
  void shouldFailWhatNoTimeMends() {
    POSTGRES.execute(refusing("P0001"));
    try (var _ = loaded()) {
      orders.give(order("b1", JobOrder.Kind.BACKFILL, refused(), JobLimits.NONE));
      awaitPhase("b1", Phase.FAILED);
    }
    assertThat(report("b1").reason()).contains("P0001").doesNotContain("John Smith");
  }

  @Test
  void shouldNotSayWhatIsInARow() {
    POSTGRES.execute("UPDATE t SET name = 'John \"the\" Smith'");
    var scope = new JobScope("", "CAST(name AS int) > 3", List.of(), 1, "");
    try (var _ = loaded()) {
      orders.give(order("b1", JobOrder.Kind.BACKFILL, scope, JobLimits.NONE));
      awaitPhase("b1", Phase.FAILED);
    }
    assertThat(report("b1").reason())
        .isEqualTo("SQLSTATE 22P02: invalid input syntax for type integer: …");
  }

  private static JobScope refused() {
    return new JobScope("", "refused(id)", List.of(), 1, "");
  }

  private static String refusing(String state) {
    return "CREATE FUNCTION refused(int) RETURNS boolean LANGUAGE plpgsql AS"
        + " 'BEGIN RAISE EXCEPTION ''row of John Smith'' USING ERRCODE = ''"
        + state
        + "''; END'";
  }

  @Test
  void shouldHoldForAStoresSakeSayWhyAndGoOnByItself() {
    answer = new Answer.Hold("the slot retains 9 of 10 GB");
    try (var _ = loaded()) {
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b1", Phase.HELD);
      assertThat(report("b1").reason()).isEqualTo("the slot retains 9 of 10 GB");
      assertThat(report("b1").rows()).isZero();
      answer = new Answer.Slow("the backlog is 90,000", 1_000);
      awaitPhase("b1", Phase.SLOWED);
      answer = new Answer.Go();
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(ids(Purpose.LOAD)).hasSize(2 * ROWS);
  }

  @Test
  void shouldReadForAVerificationAloneAndSealItWhenTheOtherSideHasEnded() {
    try (var _ = loaded()) {
      orders.give(order("v1", JobOrder.Kind.VERIFY, JobScope.ALL, JobLimits.NONE));
      awaitPhase("v1", Phase.ENDED);
      await().during(Duration.ofMillis(400)).until(() -> outbox.state().seal("v1") == null);
      orders.endedElsewhere = true;
      await().atMost(Duration.ofSeconds(20)).until(() -> outbox.state().seal("v1") != null);
      assertThat(Objects.requireNonNull(outbox.state().seal("v1")).comparedAt()).isZero();
      orders.compared = Optional.of(new SweepOrders.Compared(77, 3));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Objects.requireNonNull(outbox.state().seal("v1")).comparedAt() == 77);
      assertThat(Objects.requireNonNull(outbox.state().seal("v1")).waiting()).isEqualTo(3);
    }
    assertThat(ids(Purpose.LOAD)).hasSize(ROWS);
    assertThat(ids(Purpose.VERIFICATION)).hasSize(ROWS).doesNotHaveDuplicates();
    var seal = Objects.requireNonNull(outbox.state().seal("v1"));
    assertThat(seal.offsets()).containsOnlyKeys(0, 1, 2);
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(kinds(i)).containsOnlyOnce(Kind.VERIFICATION_ENDED, Kind.SWEEP_ENDED);
      int offset = (int) (long) Objects.requireNonNull(seal.offsets().get(i));
      assertThat(outbox.records(i).get(offset))
          .isInstanceOfSatisfying(
              OutboxRecord.Marker.class, it -> assertThat(it.sweep()).isEqualTo("v1"));
      assertThat(outbox.records(i).subList(offset, outbox.records(i).size()))
          .noneMatch(Swept.class::isInstance);
    }
  }

  /// What is written before the base is noted is no beginning yet (invariant 14): a sweep that
  /// nobody can begin from would be read in vain.
  @Test
  void shouldNoteItsBaseWhereItWasKilledBetweenItsBeginningAndThat() {
    boolean[] refused = {false};
    try (var _ = loaded()) {
      outbox.refuse(
          entries -> {
            boolean isBase = outbox.decoded(entries).stream().anyMatch(JobSweepsTest::isBase);
            refused[0] |= isBase;
            return isBase;
          });
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(refused[0]).isTrue();
    for (int i = 0; i < PARTITIONS; i++) {
      List<OutboxRecord> records = outbox.records(i);
      int begun = kindAt(records, Kind.SWEEP_STARTED);
      assertThat(records.subList(begun, kindAt(records, Kind.SWEEP_ENDED)))
          .anyMatch(JobSweepsTest::isBase);
    }
  }

  /// Of the last that is no base.
  private static int kindAt(List<OutboxRecord> records, Kind kind) {
    return IntStream.range(0, records.size())
        .filter(
            i ->
                records.get(i) instanceof OutboxRecord.Marker marker
                    && marker.kind() == kind
                    && !isBase(marker))
        .max()
        .orElseThrow();
  }

  private static boolean isBase(OutboxRecord record) {
    return record instanceof OutboxRecord.Marker marker
        && marker.kind() == Kind.SWEEP_STARTED
        && marker.snapshot() != null;
  }

  /// A domain whose load cannot go on keeps no other from forgetting its deletions.
  @Test
  void shouldLetHorizonsPassWhileALoadIsPaused() {
    horizon = Duration.ofMillis(200);
    JobOrder load = order("load-d", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE);
    orders.give(load.with(Wanted.PAUSE, "kim", "month end", now()));
    try (var _ = start()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> kinds(0).contains(Kind.HORIZON));
    }
    assertThat(ids(Purpose.LOAD)).isEmpty();
  }

  /// Who has just begun to compare may wait for it, and would wait until the next is due.
  @Test
  void shouldTryAHorizonAgainSoonThatCouldNotBeWritten() {
    horizon = Duration.ofHours(1);
    JobOrder load = order("load-d", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE);
    orders.give(load.with(Wanted.PAUSE, "kim", "month end", now()));
    registry.awayFor = "Marker";
    try (var _ = start()) {
      await().during(Duration.ofSeconds(2)).until(() -> !kinds(0).contains(Kind.HORIZON));
      registry.awayFor = "nothing";
      await().atMost(Duration.ofSeconds(20)).until(() -> kinds(0).contains(Kind.HORIZON));
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldTryAgainWhereTheRegistryIsAwayAndGoOnCapturing() {
    horizon = Duration.ofMillis(200);
    JobOrder load = order("load-d", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE);
    orders.give(load.with(Wanted.PAUSE, "kim", "month end", now()));
    try (var _ = start()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> kinds(0).contains(Kind.HORIZON));
      registry.isAway = true;
      orders.give(load.with(Wanted.RUN, "kim", "", now()));
      await().during(Duration.ofSeconds(1)).until(() -> ids(Purpose.LOAD).isEmpty());
      registry.isAway = false;
      await().atMost(Duration.ofSeconds(20)).until(() -> ids(Purpose.LOAD).size() == ROWS);
      POSTGRES.execute("ALTER TABLE t ADD seen int");
      registry.isAway = true;
      orders.give(order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE));
      awaitPhase("b1", Phase.HELD);
      assertThat(report("b1").reason()).isEqualTo("is tried again: the registry is away");
      registry.isAway = false;
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(failures).isEmpty();
  }

  /// A column that has become another type is read as what it was.
  @Test
  void shouldFailAJobWhoseLaneBreaksAndGoOnCapturing() {
    POSTGRES.execute("ALTER TABLE t ADD n int DEFAULT 1");
    try (var _ = loaded()) {
      JobOrder slow =
          order(
              "b1", JobOrder.Kind.BACKFILL, JobScope.ALL, new JobLimits(200, 1, 0, Duration.ZERO));
      orders.give(slow);
      await().atMost(Duration.ofSeconds(30)).until(() -> rowsOf("b1") >= 100);
      POSTGRES.execute("ALTER TABLE t ALTER n TYPE text USING 'x'");
      awaitPhase("b1", Phase.FAILED);
      assertThat(report("b1").reason()).contains("public.t", "BufferUnderflowException");
      orders.give(
          order("b1", JobOrder.Kind.BACKFILL, JobScope.ALL, JobLimits.NONE)
              .with(Wanted.RUN, "kim", "in the new form", now()));
      awaitPhase("b1", Phase.ENDED);
    }
    assertThat(report("b1").rows()).isEqualTo(ROWS);
    assertThat(failures).isEmpty();
  }

  private Capture loaded() {
    Capture capture = start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              var sweep = capture.status().sweeps().get(T);
              return sweep != null && sweep.ended();
            });
    return capture;
  }

  private Capture start() {
    var pace =
        new CaptureSettings.Pace(
            Duration.ofMillis(300), horizon, Duration.ofMillis(100), longestRetry);
    var settings =
        new CaptureSettings(
                Side.LEGACY,
                TestPlan.of(PARTITIONS, T, "id"),
                new PostgresAccess(POSTGRES.url(), "postgres", ""),
                Map.of(),
                registry,
                SweepSettings.DEFAULT.withPageRows(50),
                pace,
                listener,
                Clock.systemUTC())
            .withJobs(new JobDesk(() -> orders, GivenGate::new));
    return Capture.start(settings, outbox::writer);
  }

  private static JobOrder order(String id, JobOrder.Kind kind, JobScope scope, JobLimits limits) {
    long now = now();
    return new JobOrder(
        id, kind, "d", scope, limits, Wanted.RUN, new JobOrder.Asked("kim", "", now, now));
  }

  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private void awaitPhase(String job, Phase phase) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              var note = outbox.state().ordered(job, T);
              return note != null && note.phase() == phase;
            });
  }

  private SweepReport report(String job) {
    return Objects.requireNonNull(outbox.state().ordered(job, T)).report();
  }

  private long rowsOf(String job) {
    CaptureState.Note.@Nullable Ordered note = outbox.state().ordered(job, T);
    return note == null ? 0 : note.report().rows();
  }

  private List<Object> ids(Purpose purpose) {
    return IntStream.range(0, PARTITIONS)
        .boxed()
        .flatMap(i -> outbox.records(i).stream())
        .flatMap(it -> it instanceof Swept swept ? Stream.of(swept) : Stream.empty())
        .filter(swept -> swept.purpose() == purpose)
        .map(swept -> Objects.requireNonNull(swept.row().value("id")))
        .toList();
  }

  private List<Kind> kinds(int partition) {
    return outbox.records(partition).stream()
        .flatMap(
            it -> it instanceof OutboxRecord.Marker marker ? Stream.of(marker) : Stream.empty())
        .map(OutboxRecord.Marker::kind)
        .toList();
  }
}
