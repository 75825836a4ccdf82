package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.RowSchema;
import dev.tandem.setup.ReplicaExamination;
import dev.tandem.table.TableId;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReplicaRuleTest {
  /// A page that is older than what downstream was told could bring back what was deleted.
  @Test
  void shouldReadAReplicaOnlyOnceItSeesWhatWasVisibleOnThePrimary() {
    Snapshot primary = Snapshot.parse("100:105:100,102");
    assertThat(ReplicaRule.mayBeRead(Snapshot.parse("99:99:"), primary)).isFalse();
    assertThat(ReplicaRule.mayBeRead(Snapshot.parse("100:100:"), primary)).isTrue();
  }

  @Test
  void shouldWaitForTheReplayAndRefuseWhatIsNoStandbyOfThePrimary() throws Exception {
    try (var primary = TestPostgres.start();
        var standby = primary.standby(Files.createTempDirectory("standby").resolve("data"));
        var other = TestPostgres.start()) {
      primary.execute("CREATE TABLE t (id int)");
      standby.execute("SELECT pg_wal_replay_pause()");
      primary.execute("INSERT INTO t VALUES (1)");
      List<String> said = Collections.synchronizedList(new ArrayList<>());
      var waiting =
          CompletableFuture.runAsync(
              () -> {
                try {
                  await(stores(primary, standby), SweepControl.FREE, said);
                } catch (SQLException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Awaitility.await().until(() -> !said.isEmpty());
      assertThat(waiting).isNotDone();
      standby.execute("SELECT pg_wal_replay_resume()");
      waiting.get(30, TimeUnit.SECONDS);
      assertThat(standby.query("SELECT count(*) FROM t")).isEqualTo("1");
      assertThatThrownBy(() -> await(stores(primary, other), SweepControl.FREE, said))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a standby of cluster");
      assertThatThrownBy(() -> await(stores(primary, primary), SweepControl.FREE, said))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not in recovery");
    }
  }

  @Test
  void shouldStopWaitingForTheReplayOnceItsControlSaysSo() throws Exception {
    try (var primary = TestPostgres.start();
        var standby = primary.standby(Files.createTempDirectory("standby").resolve("data"))) {
      standby.execute("SELECT pg_wal_replay_pause()");
      primary.execute("CREATE TABLE t (id int)");
      List<String> said = new ArrayList<>();
      var asked = new AtomicInteger();
      SweepControl twice = _ -> asked.incrementAndGet() <= 2;
      assertThat(await(stores(primary, standby), twice, said)).isEmpty();
      assertThat(asked).hasValue(3);
      assertThat(said).hasSize(1);
    }
  }

  /// A list of hosts, or a pool, may give a page's connection an older standby than was waited for.
  @Test
  void shouldReadNoPageFromAStandbyThatIsBehindWhatWasWaitedFor() throws Exception {
    try (var primary = TestPostgres.start();
        var standby = primary.standby(Files.createTempDirectory("standby").resolve("data"))) {
      primary.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      var stores = stores(primary, standby);
      await(stores, SweepControl.FREE, new ArrayList<>());
      standby.execute("SELECT pg_wal_replay_pause()");
      primary.execute("INSERT INTO t VALUES (2)");
      long floor;
      try (var connection = primary.connect()) {
        floor = ReplicationState.snapshot(connection).xmin();
      }
      try (var reader = reader(stores, floor)) {
        assertThatThrownBy(() -> reader.read(new KeyRange(null, null)))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(SweepRefusal.passes(e)).isTrue())
            .hasMessageContaining("is behind");
        standby.execute("SELECT pg_wal_replay_resume()");
        await(stores, SweepControl.FREE, new ArrayList<>());
        assertThat(reader.read(new KeyRange(null, null)).rows()).hasSize(2);
      }
    }
  }

  /// What it has replayed of the old timeline may be what the failover lost.
  @Test
  void shouldReadNothingFromAStandbyThatIsLeftOnTheTimelineOfBeforeAFailover() throws Exception {
    try (var old = TestPostgres.start();
        var primary = old.standby(Files.createTempDirectory("standby").resolve("data"))) {
      old.execute("CREATE TABLE t (id int PRIMARY KEY)");
      Awaitility.await()
          .until(() -> primary.query("SELECT to_regclass('t') IS NOT NULL").equals("t"));
      primary.execute("SELECT pg_promote()");
      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(() -> old.execute("SELECT pg_drop_replication_slot('standby')"));
      try (var stranded = old.standby(Files.createTempDirectory("standby").resolve("data"))) {
        old.execute("INSERT INTO t SELECT generate_series(1, 10)");
        var stores = stores(primary, stranded);
        List<String> said = new ArrayList<>();
        assertThat(await(stores, _ -> false, said)).isEmpty();
        assertThat(said).singleElement().asString().contains("timeline 2").contains("it is on 1");
        assertThatThrownBy(() -> reader(stores, 0))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(SweepRefusal.passes(e)).isTrue())
            .hasMessageContaining("timeline");
        assertThat(ReplicaExamination.examine(access(primary), access(stranded)))
            .anySatisfy(
                finding ->
                    assertThat(finding.toString()).contains("WARNING").contains("timeline 2"));
      }
    }
  }

  private static OptionalLong await(SweepStores stores, SweepControl control, List<String> said)
      throws SQLException, InterruptedException {
    var table = new TableId("public", "t");
    var standing = new SweepProgress(table, "sweep", 1, 0, List.of(), null, 0, false);
    return ReplicaRule.await(stores, control, standing, said::add);
  }

  private static PageReader reader(SweepStores stores, long floor) throws SQLException {
    var id = new TableId("public", "t");
    try (var connection = stores.primary().connect()) {
      var table = PostgresCatalog.read(connection, List.of(id)).table(id).orElseThrow();
      var settings = new SweepSettings(1, 100, 8L << 20, Duration.ofSeconds(30));
      return new PageReader(stores, new PageQuery(table, RowSchema.of(table)), settings, floor);
    }
  }

  private static SweepStores stores(TestPostgres primary, TestPostgres replica) {
    return new SweepStores(access(primary), Optional.of(access(replica)));
  }

  private static PostgresAccess access(TestPostgres postgres) {
    return new PostgresAccess(postgres.url(), "postgres", "");
  }
}
