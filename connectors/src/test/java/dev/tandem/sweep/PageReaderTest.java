package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
      var all = CompletableFuture.supplyAsync(() -> all(reader));
      Awaitility.await()
          .until(
              () -> POSTGRES.query("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
      other.commit();
      assertThat(ids(all.get(10, TimeUnit.SECONDS))).isEqualTo(oneTo(1000));
    }
  }

  /// A page that is larger than it may be ends there, and the next is read over the same
  /// connection: nothing of the first is left in it.
  /// Its first bytes would be a value, and another one.
  @Test
  void shouldNotReadAColumnByTheTypeThatItHadBefore() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v int)",
        "INSERT INTO t SELECT i, i FROM generate_series(1, 300) i");
    var access = access();
    try (var reader = new PageReader(SweepStores.of(access), query(access), patient(), 0)) {
      Page first = reader.read(KeyRange.ALL);
      assertThat(first.last()).isFalse();
      POSTGRES.execute("ALTER TABLE t ALTER v TYPE bigint");
      assertThatThrownBy(() -> reader.read(first.rest()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("column v of public.t has another type");
    }
  }

  @Test
  void shouldReadManyPagesOfWideRowsOverOneConnection() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, repeat(md5(i::text), 32 + 64 * (i / 300 % 3))"
            + " FROM generate_series(1, 20000) i");
    var access = access();
    var settings = new SweepSettings(1, 5_000, 1L << 20, Duration.ofSeconds(5));
    try (var reader = new PageReader(SweepStores.of(access), query(access), settings, 0)) {
      List<Page> pages = pages(reader);
      assertThat(ids(pages)).isEqualTo(oneTo(20_000));
      assertThat(pages.size()).isGreaterThan(20);
    }
  }

  /// What the rows before were like says nothing of those that come.
  @Test
  void shouldGoOnBehindAPageThatWouldBeFarTooLarge() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, CASE WHEN i > 8000 THEN repeat(md5(i::text), 320) END"
            + " FROM generate_series(1, 12000) i");
    var access = access();
    var settings = new SweepSettings(1, 5_000, 1L << 20, Duration.ofSeconds(5));
    try (var reader = new PageReader(SweepStores.of(access), query(access), settings, 0)) {
      List<Page> pages = pages(reader);
      assertThat(ids(pages)).isEqualTo(oneTo(12_000));
      assertThat(pages).anyMatch(page -> page.rows().size() > 800);
      assertThat(pages).filteredOn(page -> page.rows().size() < 110).isNotEmpty();
      assertThat(POSTGRES.query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%'"))
          .isIn("0", "1");
    }
  }

  /// What a table is keyed by: its columns, their key, and a row's values by its number `i`.
  static List<Arguments> keys() {
    return List.of(
        Arguments.of("id int", "id", "i"),
        Arguments.of("id bigint", "id", "(i * 1000003::bigint) % 9000000001"),
        Arguments.of("id int", "id", "CASE WHEN i < 2900 THEN i ELSE 2000000000 + i END"),
        Arguments.of(
            "id text COLLATE \"und-x-icu\"", "id", "chr(200 + i % 7) || i % 11 || 'Aa' || i"),
        Arguments.of(
            "id text", "id", "CASE i WHEN 1 THEN '' ELSE repeat(E'\\t''', i % 3) || i END"),
        Arguments.of("id uuid", "id", "md5(i::text)::uuid"),
        Arguments.of("id numeric", "id", "CASE i WHEN 1 THEN 'NaN' ELSE (1500 - i) / 3.0 END"),
        Arguments.of(
            "id timestamptz",
            "id",
            "CASE i WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity'"
                + " ELSE to_timestamp(i * 7777.7) END"),
        Arguments.of("id date", "id", "'0044-03-15 BC'::date + i"),
        Arguments.of("a int, b text", "a, b", "i % 5, 'b' || i"),
        Arguments.of("a text, b numeric, c uuid", "a, b, c", "'x', i % 9, md5(i::text)::uuid"));
  }

  /// Pages end anywhere, and the next begins behind: between equal first columns too, and where the
  /// keys are far apart or close together.
  @ParameterizedTest
  @MethodSource("keys")
  void shouldReadEachRowOnceInPagesByAnyKey(String columns, String key, String values)
      throws Exception {
    for (int rows : new int[] {0, 1, 3_000}) {
      POSTGRES.execute(
          "DROP TABLE IF EXISTS t",
          "CREATE TABLE t (" + columns + ", PRIMARY KEY (" + key + "))",
          "INSERT INTO t SELECT " + values + " FROM generate_series(1, " + rows + ") i",
          "ANALYZE t");
      var settings = new SweepSettings(1, 37, 8L << 20, Duration.ofSeconds(30));
      try (var reader = new PageReader(SweepStores.of(access()), query(access()), settings, 0)) {
        assertThat(pages(reader).stream().flatMap(page -> page.rows().stream()))
            .extracting(SweptRow::key)
            .doesNotHaveDuplicates()
            .hasSize(rows);
      }
    }
  }

  /// A few rows of many, and no index that leads to them: no page looks for them through all.
  @Test
  void shouldLookAtAFewKeysAtATimeWhereTheConditionMeetsFewRows() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, 'v' FROM generate_series(1, 4000) i",
        "CREATE OR REPLACE FUNCTION slowly(i int) RETURNS boolean LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(0.001); RETURN i % 1500 = 0; END'");
    var access = access();
    try (var reader =
        new PageReader(SweepStores.of(access), query(access, "slowly(id)"), patient(), 0)) {
      List<Page> pages = pages(reader);
      assertThat(ids(pages)).containsExactly(1_500, 3_000);
      assertThat(pages.size()).isGreaterThan(10);
    }
  }

  @Test
  void shouldEndItsQueryInTheServerToo() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'v')");
    var access = access();
    String active =
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'";
    try (var reader =
        new PageReader(
            SweepStores.of(access), query(access, "pg_sleep(30) IS NULL"), patient(), 0)) {
      var page = CompletableFuture.supplyAsync(() -> all(reader));
      Awaitility.await().until(() -> POSTGRES.query(active).equals("1"));
      reader.close();
      Awaitility.await()
          .atMost(Duration.ofSeconds(1))
          .until(() -> POSTGRES.query(active).equals("0"));
      assertThatThrownBy(page::join).cause().cause().isInstanceOf(SQLException.class);
    }
  }

  /// Ranges spread what has to be looked at, which without an index is the table.
  @Test
  void shouldCutByTheTableUnlessAnIndexLeadsToTheRows() throws Exception {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "INSERT INTO t SELECT i, i::text FROM generate_series(1, 160000) i",
        "ANALYZE t");
    try (var connection = access().connect()) {
      var sparse = query(access(), "v = '7'");
      assertThat(TableSize.ranges(connection, T, sparse, 1)).hasSize(4);
      var indexed = query(access(), "id IN (7, 8)");
      assertThat(TableSize.ranges(connection, T, indexed, 2)).containsExactly(KeyRange.ALL);
    }
  }

  @AfterEach
  void drop() {
    POSTGRES.execute("DROP TABLE t");
  }

  private static List<Page> pages(PageReader reader) throws SQLException {
    var pages = new ArrayList<Page>();
    KeyRange rest = KeyRange.ALL;
    for (boolean last = false; !last; ) {
      Page page = reader.read(rest);
      pages.add(page);
      rest = page.rest();
      last = page.last();
      reader.mark("test");
    }
    return pages;
  }

  private static List<Integer> ids(List<Page> pages) {
    return pages.stream()
        .flatMap(page -> page.rows().stream())
        .map(row -> Integer.valueOf(row.key().getFirst()))
        .toList();
  }

  private static List<Integer> oneTo(int most) {
    return IntStream.rangeClosed(1, most).boxed().toList();
  }

  private static PostgresAccess access() {
    return new PostgresAccess(POSTGRES.url(), "postgres", "");
  }

  private static List<Page> all(PageReader reader) {
    try {
      return pages(reader);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static PageQuery query(PostgresAccess access) throws SQLException {
    return query(access, "");
  }

  private static PageQuery query(PostgresAccess access, String condition) throws SQLException {
    try (var connection = access.connect()) {
      var table = PostgresCatalog.read(connection, List.of(T)).table(T).orElseThrow();
      return new PageQuery(table, RowSchema.of(table), new RowFilter(condition, List.of()));
    }
  }

  private static SweepSettings patient() {
    return new SweepSettings(1, 5_000, 8L << 20, Duration.ofSeconds(30));
  }
}
