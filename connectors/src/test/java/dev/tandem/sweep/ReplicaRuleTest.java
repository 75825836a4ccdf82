package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
                  ReplicaRule.await(stores(primary, standby), said::add);
                } catch (SQLException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Awaitility.await().until(() -> !said.isEmpty());
      assertThat(waiting).isNotDone();
      standby.execute("SELECT pg_wal_replay_resume()");
      waiting.get(30, TimeUnit.SECONDS);
      assertThat(standby.query("SELECT count(*) FROM t")).isEqualTo("1");
      assertThatThrownBy(() -> ReplicaRule.await(stores(primary, other), said::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a standby of cluster");
      assertThatThrownBy(() -> ReplicaRule.await(stores(primary, primary), said::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not in recovery");
    }
  }

  private static SweepStores stores(TestPostgres primary, TestPostgres replica) {
    return new SweepStores(access(primary), Optional.of(access(replica)));
  }

  private static PostgresAccess access(TestPostgres postgres) {
    return new PostgresAccess(postgres.url(), "postgres", "");
  }
}
