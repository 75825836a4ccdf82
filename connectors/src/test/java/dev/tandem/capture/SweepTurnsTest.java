package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Swept;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two domains of one store, each with a table: what one of them has swept holds up the other for
/// no longer than a turn, nor does what it failed to sweep.
class SweepTurnsTest {
  private static final TableId LARGE = new TableId("public", "large");
  private static final TableId SMALL = new TableId("public", "small");
  private static final int ROWS = 2000;
  private static final MigrationPlan PLAN =
      TestPlan.of(
          TestPlan.domain("a", 1, TestPlan.entity(LARGE, "id")),
          TestPlan.domain("b", 1, TestPlan.entity(SMALL, "id")));
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final CaptureNames NAMES = new CaptureNames(TestPlan.MIGRATION);
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final List<JobOrder> orders = new CopyOnWriteArrayList<>();
  private final AtomicLong leaps = new AtomicLong();

  /// Each time that somebody looks at it, so much time has passed as well.
  private Duration leap = Duration.ZERO;

  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return Instant.now().plus(leap.multipliedBy(leaps.incrementAndGet()));
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException();
        }
      };

  /// Orders as the test gives them.
  private final class GivenOrders implements SweepOrders {
    @Override
    public List<JobOrder> standing() {
      return List.copyOf(orders);
    }

    @Override
    public boolean hasEndedElsewhere(JobOrder order) {
      return true;
    }

    @Override
    public Optional<Compared> compared(JobOrder order, CaptureState.Note.Seal seal) {
      return Optional.empty();
    }
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @BeforeEach
  void setUp() {
    for (TableId table : List.of(LARGE, SMALL)) {
      POSTGRES.execute(
          "CREATE TABLE " + table.name() + " (id int PRIMARY KEY, name text)",
          "INSERT INTO " + table.name() + " SELECT i, 'n' FROM generate_series(1, " + ROWS + ") i");
    }
    POSTGRES.execute(
        "CREATE PUBLICATION " + NAMES.publication() + " FOR TABLE large, small",
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
        "DROP TABLE large, small");
  }

  private Capture start() {
    return start(PLAN);
  }

  private Capture start(MigrationPlan plan) {
    var pace =
        new CaptureSettings.Pace(
            Duration.ofMillis(300),
            Duration.ofDays(1),
            Duration.ofMillis(100),
            Duration.ofMillis(500));
    var settings =
        new CaptureSettings(
                Side.LEGACY,
                plan,
                new PostgresAccess(POSTGRES.url(), "postgres", ""),
                Map.of(),
                outbox.registry,
                SweepSettings.DEFAULT.withLanes(1).withPageRows(50),
                pace,
                CaptureListener.NONE,
                clock)
            .withJobs(new JobDesk(GivenOrders::new, () -> SweepGate.OPEN));
    return Capture.start(settings, outbox::writer);
  }

  private JobOrder order(String id, JobOrder.Kind kind, String domain, JobLimits limits) {
    return order(id, kind, domain, JobScope.ALL, limits);
  }

  private JobOrder order(
      String id, JobOrder.Kind kind, String domain, JobScope scope, JobLimits limits) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    return new JobOrder(
        id,
        kind,
        domain,
        scope,
        limits,
        JobOrder.Wanted.RUN,
        new JobOrder.Asked("kim", "", now, now));
  }

  private void awaitLoaded(Capture capture) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                List.of(LARGE, SMALL).stream()
                    .map(capture.status().sweeps()::get)
                    .allMatch(sweep -> sweep != null && sweep.ended()));
  }

  private boolean hasEnded(String job, TableId table) {
    var note = outbox.state().ordered(job, table);
    return note != null && note.phase() == Phase.ENDED;
  }

  /// A backfill that takes ten minutes, and then a verification and another backfill.
  @Test
  void shouldSweepAndSealForAnotherDomainWhileALongBackfillGoesOn() {
    try (var capture = start()) {
      awaitLoaded(capture);
      var slow = new JobLimits(4, 1, 0, Duration.ZERO);
      orders.add(order("long", JobOrder.Kind.BACKFILL, "a", slow));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> outbox.state().ordered("long", LARGE) != null);
      orders.add(order("short", JobOrder.Kind.VERIFY, "b", JobLimits.NONE));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> hasEnded("short", SMALL) && outbox.state().seal("short") != null);
      long read = read("long");
      assertThat(hasEnded("long", LARGE)).isFalse();
      await().atMost(Duration.ofSeconds(60)).until(() -> read("long") > read + 20);
    }
  }

  /// Nobody waits for the rest of a job that has failed, and the stores are spared it.
  @Test
  void shouldBeginNoOtherTableOfAJobThatHasFailed() {
    var both = TestPlan.domain("a", 1, TestPlan.entity(LARGE, "id"), TestPlan.entity(SMALL, "id"));
    var scope = new JobScope("", "no_such > 3", List.of(), 1, "");
    try (var capture = start(TestPlan.of(both))) {
      awaitLoaded(capture);
      JobOrder bad = order("bad", JobOrder.Kind.BACKFILL, "a", scope, JobLimits.NONE);
      orders.add(bad);
      orders.add(order("good", JobOrder.Kind.BACKFILL, "a", JobLimits.NONE));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> hasEnded("good", LARGE) && hasEnded("good", SMALL));
      assertThat(Stream.of(LARGE, SMALL).filter(table -> hasFailed("bad", table))).hasSize(1);
      POSTGRES.execute("ALTER TABLE large ADD no_such int DEFAULT 4");
      POSTGRES.execute("ALTER TABLE small ADD no_such int DEFAULT 4");
      orders.set(0, bad.with(JobOrder.Wanted.RUN, "kim", "it is there", bad.asked().at() + 1));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> hasEnded("bad", LARGE) && hasEnded("bad", SMALL));
    }
  }

  private boolean hasFailed(String job, TableId table) {
    var note = outbox.state().ordered(job, table);
    return note != null && note.phase() == Phase.FAILED;
  }

  private long read(String job) {
    var note = outbox.state().ordered(job, LARGE);
    return note == null ? 0 : note.report().rows();
  }

  /// By a clock that leaps a turn is over after a few pages.
  @Test
  void shouldLoadDomainsInTurns() {
    leap = Duration.ofSeconds(2);
    try (var capture = start()) {
      awaitLoaded(capture);
    }
    List<OutboxRecord> all = outbox.records(0);
    assertThat(first(all, LARGE)).isLessThan(end(all, SMALL));
    assertThat(first(all, SMALL)).isLessThan(end(all, LARGE));
    for (TableId table : List.of(LARGE, SMALL)) {
      assertThat(all.stream().filter(it -> it instanceof Swept row && isOf(row, table)).count())
          .isGreaterThanOrEqualTo(ROWS);
    }
  }

  private static boolean isOf(Swept row, TableId table) {
    return row.row().schema().table().equals(table);
  }

  private static int first(List<OutboxRecord> all, TableId table) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Swept row && isOf(row, table)) {
        return i;
      }
    }
    throw new AssertionError("nothing of " + table);
  }

  private static int end(List<OutboxRecord> all, TableId table) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Marker marker
          && marker.kind() == Kind.SWEEP_ENDED
          && table.equals(marker.table())) {
        return i;
      }
    }
    throw new AssertionError("no end of " + table);
  }
}
