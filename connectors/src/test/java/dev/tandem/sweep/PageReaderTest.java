package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PageReaderTest {
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final TableId T = new TableId("public", "t");

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  /// C12: a snapshot older than a rewriting ALTER TABLE reads none of the rows. The page therefore
  /// waits for its lock before it takes the snapshot.
  @Test
  void shouldReadEveryRowBesideARewritingAlterTable_C12() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, 'v' FROM generate_series(1, 1000) i");
    var access = new PostgresAccess(POSTGRES.url(), "postgres", "");
    try (var other = POSTGRES.connect();
        var statement = other.createStatement();
        var reader = new PageReader(SweepStores.of(access), query(access), patient(), 0)) {
      other.setAutoCommit(false);
      statement.execute("ALTER TABLE t ADD made timestamptz DEFAULT clock_timestamp()");
      var page = CompletableFuture.supplyAsync(() -> read(reader));
      Awaitility.await()
          .until(
              () -> POSTGRES.query("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
      other.commit();
      assertThat(page.get(10, TimeUnit.SECONDS).rows()).hasSize(1000);
    }
  }

  private static Page read(PageReader reader) {
    try {
      return reader.read(new KeyRange(null, null));
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static PageQuery query(PostgresAccess access) throws SQLException {
    try (var connection = access.connect()) {
      var table = PostgresCatalog.read(connection, List.of(T)).table(T).orElseThrow();
      return new PageQuery(table, RowSchema.of(table));
    }
  }

  private static SweepSettings patient() {
    return new SweepSettings(1, 5_000, 8L << 20, Duration.ofSeconds(30));
  }
}
