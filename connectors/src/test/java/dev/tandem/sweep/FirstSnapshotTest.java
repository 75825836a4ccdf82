package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FirstSnapshotTest {
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final TableId T = new TableId("public", "t");

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  /// C10, C11: a transaction that began before the publication committed may be missing from the
  /// stream, so the sweep has to see it.
  @Test
  void shouldWaitForTransactionsOlderThanThePublication_C10_C11() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'a')");
    var access = new PostgresAccess(POSTGRES.url(), "postgres", "");
    try (var open = POSTGRES.connect();
        var statement = open.createStatement();
        var other = POSTGRES.connect()) {
      open.setAutoCommit(false);
      statement.execute("UPDATE t SET v = 'b'");
      long noted = ReplicationState.nextTransaction(other);
      List<String> said = new CopyOnWriteArrayList<>();
      var waiting =
          CompletableFuture.runAsync(
              () -> {
                try {
                  FirstSnapshot.await(access, T, noted, said::add);
                } catch (Exception failure) {
                  throw new IllegalStateException(failure);
                }
              });
      Awaitility.await().until(() -> !said.isEmpty());
      assertThat(said.getFirst()).contains("public.t", "pid");
      assertThat(waiting).isNotDone();
      open.commit();
      waiting.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldCountOnlyWhatIsVisibleToAll() {
    assertThat(FirstSnapshot.mayBeTaken(Snapshot.parse("725:727:725"), 727)).isFalse();
    assertThat(FirstSnapshot.mayBeTaken(Snapshot.parse("727:730:728"), 727)).isTrue();
  }
}
