package dev.tandem.aligned;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TablesReadTest {
  private static final TableId PLANNED = new TableId("public", "planned");
  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start();
    postgres.execute(
        "CREATE TABLE planned (id int)",
        "CREATE TABLE rates (id int)",
        "CREATE TABLE hidden (id int)",
        "CREATE VIEW shown AS SELECT id FROM hidden",
        "CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS n FROM rates",
        "CREATE TABLE sales (id int, year int) PARTITION BY LIST (year)",
        "CREATE TABLE \"Sales 1\" PARTITION OF sales FOR VALUES IN (1) PARTITION BY LIST (id)",
        "CREATE TABLE sales_1_1 PARTITION OF \"Sales 1\" FOR VALUES IN (1)",
        "CREATE TABLE base (id int)",
        "CREATE TABLE derived () INHERITS (base)",
        "CREATE ROLE reader LOGIN PASSWORD 'reader'",
        "GRANT SELECT ON planned, rates, shown, sums, sales TO reader");
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static Set<String> tables(String sql) throws SQLException {
    try (var connection = postgres.connect()) {
      return names(ResultReader.tables(connection, sql));
    }
  }

  private static Set<String> names(Set<TableId> tables) {
    return Set.copyOf(tables.stream().map(TableId::name).toList());
  }

  @Test
  void shouldNameAPartitionedTableByItsRootAsWell() throws SQLException {
    assertThat(tables("SELECT id FROM sales WHERE year = 1"))
        .containsExactlyInAnyOrder("sales", "Sales 1", "sales_1_1");
    assertThat(tables("SELECT id FROM sales_1_1")).contains("sales");
  }

  @Test
  void shouldNameWhatATableInheritsFrom() throws SQLException {
    assertThat(tables("SELECT id FROM derived")).containsExactlyInAnyOrder("base", "derived");
  }

  @Test
  void shouldNameNoTableWhereNoneIsRead() throws SQLException {
    assertThat(tables("SELECT 1 AS one")).isEmpty();
  }

  @Test
  void shouldLockWhatQueriesReadBesidesTheTablesOfThePlan() throws SQLException {
    var access = new PostgresAccess(postgres.url(), "reader", "reader");
    Set<TableId> read =
        OpenSnapshot.read(
            access,
            Set.of(PLANNED),
            List.of(
                "SELECT id FROM rates",
                "SELECT id FROM sales",
                "SELECT id FROM shown",
                "SELECT n FROM sums",
                "SELECT id FROM refused"));
    assertThat(names(read)).containsExactlyInAnyOrder("planned", "rates", "sales");
    try (var snapshot = OpenSnapshot.open(access, read, Duration.ofMinutes(1))) {
      assertThat(
              postgres.query(
                  "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_locks"
                      + " JOIN pg_class ON pg_class.oid = relation"
                      + " WHERE mode = 'AccessShareLock' AND relkind IN ('r', 'p')"
                      + " AND relnamespace = 'public'::regnamespace"))
          .isEqualTo("Sales 1 planned rates sales sales_1_1");
      snapshot.rollback();
    }
  }
}
