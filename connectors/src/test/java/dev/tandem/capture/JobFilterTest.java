package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.job.JobScope;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.sweep.RowFilter;
import dev.tandem.sweep.TableEstimate;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a job's scope means for a root and its children, as the database understands it.
class JobFilterTest {
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final TableId ROOT = new TableId("public", "root");
  private static final TableId CHILD = new TableId("public", "child");

  @BeforeAll
  static void fill() {
    POSTGRES.execute(
        "CREATE TABLE root (no int, part text, name text, PRIMARY KEY (no, part))",
        "CREATE TABLE child (id int PRIMARY KEY, of_no int, of_part text, name text)",
        "INSERT INTO root SELECT i, 'p', CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END"
            + " FROM generate_series(1, 10) i",
        "INSERT INTO child SELECT i, (i - 1) / 3 + 1, 'p', 'even' FROM generate_series(1, 30) i");
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  private static DomainPlan plan() {
    EntityPlan simple = TestPlan.entity(ROOT, "no");
    var root = new Source(Source.ROOT, ROOT, List.of("no", "part"), List.of("no", "part"));
    var child = new Source("children", CHILD, List.of("of_no", "of_part"), List.of("id"));
    return TestPlan.domain(
        "d",
        1,
        new EntityPlan("Root", 0, root, List.of(child), simple.mapping(), simple.target(), "1"));
  }

  private static RowFilter filter(TableId table, JobScope scope) throws SQLException {
    var filter = new JobFilter(Side.LEGACY, plan(), scope);
    try (var connection = POSTGRES.connect()) {
      return filter.of(table, PostgresCatalog.read(connection, List.copyOf(filter.needed(table))));
    }
  }

  private static int rows(TableId table, JobFilter of) throws SQLException {
    RowFilter filter;
    try (var connection = POSTGRES.connect()) {
      filter = of.of(table, PostgresCatalog.read(connection, List.copyOf(of.needed(table))));
    }
    return rows(table, filter);
  }

  private static int rows(TableId table, JobScope scope) throws SQLException {
    return rows(table, filter(table, scope));
  }

  private static int rows(TableId table, RowFilter filter) {
    String from = table.sql() + (filter.others().isEmpty() ? "" : " AS " + RowFilter.ALIAS);
    return Integer.parseInt(
        POSTGRES.query("SELECT count(*) FROM " + from + " WHERE " + filter.condition()));
  }

  private static JobScope where(String condition) {
    return new JobScope("", condition, List.of(), 1, "");
  }

  @Test
  void shouldReadAllWhereNothingIsSaid() throws SQLException {
    assertThat(filter(ROOT, JobScope.ALL).isComplete()).isTrue();
    assertThat(filter(CHILD, JobScope.ALL).isComplete()).isTrue();
  }

  /// Both tables have a column `name`: the condition means the root's.
  @Test
  void shouldReadTheChildrenOfTheRootsThatAreMeant() throws SQLException {
    assertThat(rows(ROOT, where("name = 'odd' OR root.no = 2"))).isEqualTo(6);
    assertThat(rows(CHILD, where("name = 'odd' OR root.no = 2"))).isEqualTo(18);
    assertThat(filter(CHILD, where("name = 'odd'")).others()).containsExactly(ROOT);
  }

  @Test
  void shouldReadTheKeysThatAreNamed() throws SQLException {
    var scope = new JobScope("", "", List.of("3/p", "4/q", "5/p"), 1, "");
    assertThat(rows(ROOT, scope)).isEqualTo(2);
    assertThat(rows(CHILD, scope)).isEqualTo(6);
    var wrong = new JobScope("", "", List.of("3"), 1, "");
    assertThatThrownBy(() -> filter(ROOT, wrong))
        .hasMessageContaining("--keys: expected 2 values joined by '/'");
  }

  @Test
  void shouldSampleARootWithItsChildren() throws SQLException {
    var scope = new JobScope("", "", List.of(), 0.5, "");
    int roots = rows(ROOT, scope);
    assertThat(roots).isBetween(1, 9);
    assertThat(rows(CHILD, scope)).isEqualTo(3 * roots);
  }

  @Test
  void shouldSayThatATenantIsNotDeclared() {
    var scope = new JobScope("", "", List.of(), 1, "t1");
    assertThatThrownBy(() -> filter(ROOT, scope)).hasMessageContaining("declares no tenant");
  }

  /// In the target a tenant is a column of the root; a child row is of the tenant of its root.
  @Test
  void shouldReadATenantInTheTargetWithItsChildren() throws SQLException {
    var text = ColumnType.of("text", Carrier.TEXT);
    var root =
        new TargetPlan.TargetTable(
            ROOT,
            List.of(
                new TargetPlan.TargetColumn("no", "number", text),
                new TargetPlan.TargetColumn("part", "part", text),
                new TargetPlan.TargetColumn("name", "tenantId", text)),
            List.of("no", "part"),
            List.of());
    var child =
        new TargetPlan.Child(
            "children",
            new TargetPlan.TargetTable(CHILD, List.of(), List.of("id"), List.of()),
            List.of(
                new TargetPlan.TargetColumn("of_no", "number", text),
                new TargetPlan.TargetColumn("of_part", "part", text)));
    EntityPlan simple = TestPlan.entity(ROOT, "no");
    var entity =
        new EntityPlan(
            "Root",
            0,
            simple.root(),
            List.of(),
            simple.mapping(),
            new TargetPlan(root, List.of(child)),
            "1");
    DomainPlan bare = TestPlan.domain("d", 1, entity);
    var domain =
        new DomainPlan(
            bare.topics(),
            1,
            1,
            bare.entities(),
            bare.partitionBy(),
            Optional.of("tenantId"),
            bare.budget(),
            bare.onSchemaChange());
    var scope = new JobScope("", "", List.of(), 1, "odd");
    assertThat(rows(ROOT, new JobFilter(Side.TARGET, domain, scope))).isEqualTo(5);
    assertThat(rows(CHILD, new JobFilter(Side.TARGET, domain, scope))).isEqualTo(15);
    var legacy = new JobFilter(Side.LEGACY, domain, scope);
    assertThatThrownBy(() -> rows(ROOT, legacy))
        .hasMessageContaining("a column of the legacy root of Root that holds tenantId as it is");
    var condition = new JobFilter(Side.TARGET, domain, where("no = 3"));
    try (var connection = POSTGRES.connect()) {
      var catalog = PostgresCatalog.read(connection, List.copyOf(condition.needed(CHILD)));
      assertThat(condition.of(CHILD, catalog).isComplete()).isTrue();
    }
  }

  @Test
  void shouldEstimateWithoutReadingAndRefuseWhatTheDatabaseRefuses() throws SQLException {
    var access = new PostgresAccess(POSTGRES.url(), "postgres", "");
    try (Connection connection = access.connect()) {
      var table = PostgresCatalog.read(connection, List.of(ROOT)).table(ROOT).orElseThrow();
      assertThat(TableEstimate.of(connection, table, RowFilter.ALL).rows()).isEqualTo(10);
      assertThat(TableEstimate.of(connection, table, filter(ROOT, where("no = 3"))).rows())
          .isPositive();
      RowFilter wrong = filter(ROOT, where("nmae = 'x'"));
      assertThatThrownBy(() -> TableEstimate.of(connection, table, wrong))
          .hasMessageContaining("nmae");
    }
  }

  @Test
  void shouldTakeASlashForPartOfAKeyOfOneColumn() throws SQLException {
    POSTGRES.execute(
        "CREATE TABLE coded (code text PRIMARY KEY)",
        "INSERT INTO coded VALUES ('17/3'), ('17'), ('3')");
    var coded = new TableId("public", "coded");
    var entity = TestPlan.entity(coded, "code");
    var root = new Source(Source.ROOT, coded, List.of("code"), List.of("code"));
    var plan =
        TestPlan.domain(
            "d",
            1,
            new EntityPlan("Coded", 0, root, List.of(), entity.mapping(), entity.target(), "1"));
    var scope = new JobScope("", "", List.of("17/3"), 1, "");
    assertThat(rows(coded, new JobFilter(Side.LEGACY, plan, scope))).isEqualTo(1);
  }
}
