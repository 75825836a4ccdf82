package dev.tandem.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.apply.ContractLog;
import dev.tandem.apply.ShopTarget;
import dev.tandem.apply.TargetWriter;
import dev.tandem.generation.Exchange;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.TargetSchema;
import dev.tandem.wire.MemoryRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tables made like the live ones, and the transaction that exchanges them, on a real server.
class ExchangeTest {
  private static final String BESIDE = "tandem_shop_sales_2";
  private static final DomainPlan PLAN = ShopTarget.plan(1);
  private static final Actor ACTOR = new Actor("test", "to see");
  private static TestPostgres postgres;
  private final MemoryRegistry registry = new MemoryRegistry();
  private final ContractLog log = new ContractLog(registry);

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void clean() throws SQLException {
    postgres.execute(
        "DROP PUBLICATION IF EXISTS tandem_shop_target",
        "DROP SCHEMA IF EXISTS tandem_shop_sales_1 CASCADE",
        "DROP SCHEMA IF EXISTS tandem_shop_sales_2 CASCADE",
        "DROP SCHEMA IF EXISTS crm CASCADE",
        "DROP SCHEMA IF EXISTS tandem CASCADE",
        ShopTarget.TABLES,
        "ALTER TABLE crm.remark REPLICA IDENTITY FULL",
        "CREATE PUBLICATION tandem_shop_target FOR TABLE crm.customer");
    try (var connection = postgres.connect()) {
      TargetSchema.install(connection);
    }
  }

  /// Generation 2 is made, and both stand in the table of generations.
  private Exchange build() throws SQLException {
    var live = new Generation("sales", 1, State.LIVE, Place.OF_SPEC, Note.NONE);
    var next = new Generation("sales", 2, State.BUILDING, new Place(BESIDE, 1), Note.NONE);
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      new ShadowTables(new Ddl(connection), BESIDE, PLAN.targetTables()).make("tandem_shop_target");
      GenerationTable.write(connection, "shop", ACTOR, List.of(live, next));
      connection.commit();
      var known = GenerationTable.read(connection, "shop");
      return new Exchange(known.live("sales"), known.beside("sales").orElseThrow());
    }
  }

  /// The same, and a transaction is applied to both.
  private Exchange built(ContractLog.Transaction first) throws Exception {
    Exchange exchange = build();
    try (var old = writer(1);
        var next = writer(2)) {
      old.apply(first);
      next.apply(first);
    }
    return exchange;
  }

  private static void exchange(Exchange exchange) throws Exception {
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      var done = new Exchanger("shop", PLAN, ACTOR, Map::of).attempt(connection, exchange);
      connection.commit();
      connection.setAutoCommit(true);
      for (var validation : done.validations()) {
        assertThat(ForeignKeys.validate(connection, validation)).isEqualTo(validation.sql());
      }
    }
  }

  private TargetWriter writer(int generation) throws SQLException {
    return new TargetWriter(postgres::connect, registry, PLAN.of(generation, 1), 0);
  }

  private static String names(String table) {
    return postgres.query("SELECT coalesce(string_agg(name, ',' ORDER BY id), '') FROM " + table);
  }

  /// C19: an apply of the old generation that wakes up after the promotion writes nothing into the
  /// new tables; when it has taken its partition over again, it writes to where its own now stand.
  @Test
  void shouldLetNoWriterOfTheOldGenerationTouchTheNewTables_C19() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    var second = log.transaction(ShopTarget.customer(2, "Bob"));
    try (var old = writer(1)) {
      old.apply(first);
      Exchange exchange = build();
      try (var next = writer(2)) {
        next.apply(first);
        exchange(exchange);
        assertThat(old.writes(second)).isFalse();
        assertThat(next.writes(second)).isFalse();
        assertThat(names("crm.customer")).isEqualTo("Ann");
      }
    }
    assertThat(
            postgres.query(
                "SELECT string_agg(generation || ' ' || epoch || ' ' || coalesce(tables_in, '-'),"
                    + " ', ' ORDER BY generation) FROM tandem.checkpoint"))
        .isEqualTo("1 2 tandem_shop_sales_1, 2 2 -");
    postgres.execute("INSERT INTO tandem_shop_sales_1.customer (id, name) VALUES (9, 'old')");
    assertThat(names("crm.customer")).isEqualTo("Ann");
    try (var old = writer(1);
        var next = writer(2)) {
      old.skip(first);
      next.skip(first);
      assertThat(old.writes(second)).isTrue();
      assertThat(names("crm.customer")).isEqualTo("Ann");
      assertThat(names("tandem_shop_sales_1.customer")).isEqualTo("Ann,Bob,old");
      assertThat(next.writes(second)).isTrue();
      assertThat(names("crm.customer")).isEqualTo("Ann,Bob");
    }
  }

  @Test
  void shouldNotLetAGenerationThatIsBehindTakeThePlace() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    var second = log.transaction(ShopTarget.customer(2, "Bob"));
    Exchange exchange = build();
    try (var old = writer(1);
        var next = writer(2)) {
      old.apply(first, second);
      next.apply(first);
      assertThatThrownBy(() -> exchange(exchange))
          .isInstanceOfSatisfying(
              Exchanger.BehindException.class,
              behind -> assertThat(behind.partitions()).containsOnlyKeys(0));
      assertThat(names("crm.customer")).isEqualTo("Ann,Bob");
    }
  }

  private static Attempts attempts(int seconds) {
    return new Attempts(
        new Exchanger("shop", PLAN, ACTOR, Map::of),
        postgres::connect,
        Duration.ofSeconds(seconds));
  }

  /// Whether the checkpoints of the live generation are held now.
  private static boolean isHeld(Connection other) throws SQLException {
    try (var statement = other.createStatement()) {
      statement.execute(
          "SELECT 1 FROM tandem.checkpoint WHERE generation = 1 FOR UPDATE SKIP LOCKED");
      try (var rows = statement.getResultSet()) {
        return !rows.next();
      }
    }
  }

  /// So long a next generation that is nowhere near is waited for, the live one goes on.
  @Test
  void shouldHoldNothingWhileTheNextGenerationIsFarBehind() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    Exchange exchange = build();
    try (var old = writer(1);
        var next = writer(2);
        Connection other = postgres.connect();
        var thread = Executors.newSingleThreadExecutor()) {
      old.apply(first);
      var exchanged = thread.submit(() -> attempts(60).run(exchange));
      long end = System.nanoTime() + Exchanger.HOLD.toNanos();
      while (System.nanoTime() < end) {
        assertThat(isHeld(other)).isFalse();
      }
      next.apply(first);
      assertThat(exchanged.get().live().number()).isEqualTo(2);
    }
  }

  /// Something was applied to the live one just before it was held, and does not reach the next
  /// one.
  @Test
  void shouldLetTheLiveGenerationWaitForSecondsOnly() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    var second = log.transaction(ShopTarget.customer(2, "Bob"));
    Exchange exchange = build();
    try (var old = writer(1);
        var next = writer(2);
        Connection other = postgres.connect()) {
      old.apply(first, second);
      next.apply(first);
      other.setAutoCommit(false);
      var exchanger = new Exchanger("shop", PLAN, ACTOR, Map::of);
      long began = System.nanoTime();
      assertThatThrownBy(() -> exchanger.attempt(other, exchange))
          .isInstanceOf(Exchanger.BehindException.class);
      other.rollback();
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isLessThan(Exchanger.HOLD.multipliedBy(2));
      next.apply(second);
      assertThat(attempts(60).run(exchange).live().number()).isEqualTo(2);
    }
  }

  /// An apply that writes for long has its checkpoint: those of the other partitions, which are
  /// held already, do not wait for it.
  @Test
  void shouldGiveBackTheCheckpointsWhereOneOfThemIsNotToBeHadInTime() throws Exception {
    Exchange exchange = built(log.transaction(ShopTarget.customer(1, "Ann")));
    postgres.execute(
        "INSERT INTO tandem.checkpoint SELECT (jsonb_populate_record(c, '{\"partition\": 1}')).*"
            + " FROM tandem.checkpoint c WHERE generation = 1");
    try (Connection writing = postgres.connect();
        Connection other = postgres.connect()) {
      writing.setAutoCommit(false);
      writing
          .createStatement()
          .execute("SELECT 1 FROM tandem.checkpoint WHERE partition = 1 FOR UPDATE");
      other.setAutoCommit(false);
      var exchanger = new Exchanger("shop", PLAN, ACTOR, Map::of);
      long began = System.nanoTime();
      assertThatThrownBy(() -> exchanger.attempt(other, exchange))
          .isInstanceOfSatisfying(
              SQLException.class, busy -> assertThat(Rebuild.isBusy(busy)).isTrue());
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isLessThan(Exchanger.HOLD.multipliedBy(2));
    }
  }

  /// Who waits for one table must not let others queue behind the rest.
  @Test
  void shouldGiveBackEveryLockSoonAndTryAgainUntilAllAreToBeHad() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    Exchange exchange = built(first);
    var attempts = attempts(60);
    try (Connection reader = postgres.connect();
        Connection writer = postgres.connect();
        var thread = Executors.newSingleThreadExecutor()) {
      reader.setAutoCommit(false);
      reader.createStatement().execute("SELECT count(*) FROM crm.remark");
      writer.createStatement().execute("SET statement_timeout = '3s'");
      var exchanged = thread.submit(() -> attempts.run(exchange));
      long end = System.nanoTime() + 6_000_000_000L;
      while (System.nanoTime() < end) {
        writer.createStatement().execute("UPDATE crm.customer SET code = 'written'");
      }
      assertThat(exchanged.isDone()).isFalse();
      reader.rollback();
      assertThat(exchanged.get().live().number()).isEqualTo(2);
    }
  }

  /// What was altered after the start, in either direction.
  @Test
  void shouldRefuseToLeaveBehindWhatWasMadeSinceTheStart() throws Exception {
    postgres.execute("DROP ROLE IF EXISTS late", "CREATE ROLE late");
    Exchange forth = build();
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    try (var old = writer(1);
        var next = writer(2)) {
      old.apply(first);
      next.apply(first);
    }
    postgres.execute(
        "CREATE VIEW crm.names AS SELECT name FROM crm.customer",
        "ALTER TABLE crm.customer ADD since date, ADD CONSTRAINT named CHECK (name <> '')",
        "CREATE INDEX by_total ON crm.\"order\" (total)",
        "GRANT SELECT ON crm.remark TO late",
        "ALTER TABLE crm.address SET (fillfactor = 50)");
    assertThatThrownBy(() -> exchange(forth))
        .isInstanceOfSatisfying(
            RebuildException.class,
            refused ->
                assertThat(refused.reasons())
                    .hasSize(6)
                    .anyMatch(line -> line.contains("view crm.names"))
                    .anyMatch(line -> line.contains("crm.customer: column since date, which"))
                    .anyMatch(line -> line.contains("crm.customer: constraint named CHECK"))
                    .anyMatch(line -> line.contains("crm.order: index by_total USING btree"))
                    .anyMatch(line -> line.contains("crm.remark: privilege SELECT of late"))
                    .anyMatch(line -> line.contains("crm.address: option fillfactor=50")));
    assertThat(names("crm.customer")).isEqualTo("Ann");
    postgres.execute(
        "DROP VIEW crm.names",
        "ALTER TABLE crm.customer DROP since, DROP CONSTRAINT named",
        "DROP INDEX crm.by_total",
        "REVOKE SELECT ON crm.remark FROM late",
        "ALTER TABLE crm.address RESET (fillfactor)");
    exchange(forth);
    postgres.execute("ALTER TABLE crm.customer ADD since date");
    try (var connection = postgres.connect()) {
      var known = GenerationTable.read(connection, "shop");
      var back = new Exchange(known.live("sales"), known.beside("sales").orElseThrow());
      assertThatThrownBy(() -> exchange(back)).hasMessageContaining("column since date");
    }
    postgres.execute("DROP ROLE late");
  }

  /// They do not follow their table by themselves, and what is left in a schema holds it.
  @Test
  void shouldTakeExtendedStatisticsAlong() throws Exception {
    postgres.execute(
        "CREATE STATISTICS crm.mine (ndistinct) ON name, code FROM crm.customer",
        "CREATE STATISTICS crm.other (dependencies) ON name, code FROM crm.customer");
    Exchange forth = build();
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    try (var old = writer(1);
        var next = writer(2)) {
      old.apply(first);
      next.apply(first);
    }
    exchange(forth);
    String statistics =
        "SELECT string_agg(stxnamespace::regnamespace || '.' || stxname, ', ' ORDER BY stxname)"
            + " FROM pg_statistic_ext WHERE stxrelid = '%s.customer'::regclass";
    assertThat(postgres.query(statistics.formatted("crm"))).isEqualTo("crm.mine, crm.other");
    assertThat(postgres.query(statistics.formatted("tandem_shop_sales_1")))
        .isEqualTo("tandem_shop_sales_1.mine, tandem_shop_sales_1.other");
    try (var connection = postgres.connect()) {
      var known = GenerationTable.read(connection, "shop");
      exchange(new Exchange(known.live("sales"), known.beside("sales").orElseThrow()));
    }
  }

  /// Tandem's user is no superuser, and some tables belong to others.
  @Test
  void shouldMakeTablesThatBelongToAnother() throws Exception {
    postgres.execute(
        "DROP ROLE IF EXISTS keeper",
        "DROP ROLE IF EXISTS builder",
        "CREATE ROLE keeper",
        "CREATE ROLE builder",
        "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO builder', current_database()); END $$",
        "GRANT USAGE ON SCHEMA crm TO builder",
        "GRANT ALL ON SCHEMA tandem TO builder",
        "GRANT ALL ON ALL TABLES IN SCHEMA tandem TO builder",
        "ALTER TABLE crm.customer OWNER TO keeper",
        "ALTER TABLE crm.address OWNER TO builder",
        "ALTER TABLE crm.remark OWNER TO builder",
        "ALTER TABLE crm.\"order\" OWNER TO builder",
        "ALTER PUBLICATION tandem_shop_target OWNER TO builder");
    try (Connection builder = postgres.connect()) {
      builder.createStatement().execute("SET ROLE builder");
      builder.setAutoCommit(false);
      var survey = new TableSurvey(new Ddl(builder), Rebuild.written(PLAN));
      assertThat(survey.hanging("tandem_shop_target"))
          .extracting(TableSurvey.Obstacle::toString)
          .anyMatch(line -> line.contains("crm.customer: it belongs to keeper"))
          .anyMatch(line -> line.contains("crm.customer: user builder may make nothing"))
          .hasSize(5);
      postgres.execute("GRANT keeper TO builder", "GRANT CREATE ON SCHEMA crm TO builder");
      assertThat(survey.hanging("tandem_shop_target")).isEmpty();
      new ShadowTables(new Ddl(builder), BESIDE, PLAN.targetTables()).make("tandem_shop_target");
      assertThat(
              new Ddl(builder)
                  .ask("SELECT tableowner FROM pg_tables WHERE tablename = 'customer' ORDER BY 1"))
          .extracting(row -> row[0])
          .containsExactly("keeper", "keeper");
      builder.rollback();
    }
    postgres.execute(
        "DROP PUBLICATION tandem_shop_target",
        "DROP OWNED BY builder, keeper CASCADE",
        "DROP ROLE builder",
        "DROP ROLE keeper");
  }

  @Test
  void shouldGoForthAndBack() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    Exchange forth = build();
    try (var old = writer(1);
        var next = writer(2)) {
      old.apply(first);
      next.apply(first);
    }
    postgres.execute("UPDATE crm.customer SET code = 'old'");
    exchange(forth);
    assertThat(postgres.query("SELECT code IS NULL FROM crm.customer")).isEqualTo("t");
    try (var connection = postgres.connect()) {
      var known = GenerationTable.read(connection, "shop");
      assertThat(known.live("sales").number()).isEqualTo(2);
      exchange(new Exchange(known.live("sales"), known.beside("sales").orElseThrow()));
    }
    assertThat(postgres.query("SELECT code FROM crm.customer")).isEqualTo("old");
    assertThat(
            postgres.query(
                "SELECT string_agg(state, ' ' ORDER BY generation) FROM tandem.generation"))
        .isEqualTo("LIVE KEPT");
  }

  private static final String KEYS =
      "SELECT coalesce(string_agg(conrelid::regclass || ' ' || conname || ' ' || convalidated, ', '"
          + " ORDER BY conrelid::regclass::text, conname), '') FROM pg_constraint"
          + " WHERE contype = 'f' AND connamespace = '%s'::regnamespace";

  private static String keys(String schema) {
    return postgres.query(KEYS.formatted(schema)).replace(schema + ".", "");
  }

  /// Offsets of two outboxes say nothing of one another: the next generation has to have come to
  /// where its own ends. And whoever compares the live tables is told that they leave, before
  /// checkpoints follow that stand in other partitions.
  @Test
  void shouldExchangeGenerationsOfTwoOutboxesByWhereTheNextOnesEndsAndSayThatTheLiveOneLeaves()
      throws Exception {
    Exchange same = built(log.transaction(ShopTarget.customer(1, "Ann")));
    try (var old = writer(1)) {
      old.apply(log.transaction(ShopTarget.customer(2, "Bob")));
    }
    postgres.execute(
        "UPDATE tandem.generation SET outbox_of = 2, partitions = 1 WHERE generation = 2",
        "UPDATE tandem.checkpoint SET outbox_of = 2, outbox_offset = 5 WHERE generation = 2",
        "CREATE TABLE tandem.said (line text, n int GENERATED ALWAYS AS IDENTITY)",
        """
        CREATE FUNCTION tandem.says() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO tandem.said (line)
          VALUES (concat_ws(' ', NEW.generation, sign(NEW.placement), NEW.tables_in));
          RETURN NULL;
        END $$""",
        "CREATE TRIGGER says AFTER UPDATE ON tandem.checkpoint"
            + " FOR EACH ROW EXECUTE FUNCTION tandem.says()");
    try (Connection connection = postgres.connect()) {
      var known = GenerationTable.read(connection, "shop");
      var exchange = new Exchange(known.live("sales"), known.beside("sales").orElseThrow());
      assertThat(same.isToOtherOutbox()).isFalse();
      assertThat(exchange.isToOtherOutbox()).isTrue();
      connection.setAutoCommit(false);
      assertThatThrownBy(
              () ->
                  new Exchanger("shop", PLAN, ACTOR, () -> Map.of(0, 6L))
                      .attempt(connection, exchange))
          .isInstanceOfSatisfying(
              Exchanger.BehindException.class,
              behind ->
                  assertThat(behind.partitions())
                      .containsEntry(0, "it stands at outbox offset 5, and has to come to 6"));
      connection.rollback();
      new Exchanger("shop", PLAN, ACTOR, () -> Map.of(0, 5L)).attempt(connection, exchange);
      connection.commit();
    }
    assertThat(postgres.query("SELECT string_agg(line, ', ' ORDER BY n) FROM tandem.said"))
        .isEqualTo("1 -1, 2 1, 1 1 tandem_shop_sales_1");
  }

  /// Over a compacted topic a child can come before its parent.
  @Test
  void shouldLoadAChildBeforeItsParentAndHaveItsForeignKeyWhenLive() throws Exception {
    var child = log.transaction(ShopTarget.order(7, 1));
    var parent = log.transaction(ShopTarget.customer(1, "Ann"));
    try (var old = writer(1)) {
      old.apply(parent);
    }
    postgres.execute("INSERT INTO crm.\"order\" (id, customer_id) VALUES (7, 1)");
    Exchange exchange = build();
    try (var next = writer(2)) {
      next.apply(child);
      next.apply(parent);
      assertThat(next.letters()).isEmpty();
    }
    String live = keys("crm");
    assertThat(live).contains("order_customer_id_fkey true");
    assertThat(keys(BESIDE)).isEmpty();
    exchange(exchange);
    assertThat(postgres.query("SELECT count(*) FROM crm.\"order\"")).isEqualTo("1");
    assertThat(keys("crm")).isEqualTo(live);
    assertThatThrownBy(
            () -> postgres.execute("INSERT INTO crm.\"order\" (id, customer_id) VALUES (8, 99)"))
        .hasMessageContaining("order_customer_id_fkey");
  }

  /// Whoever exchanges may be killed right after the commit.
  @Test
  void shouldKnowWhichForeignKeysAreLeftToBeValidatedWhoeverComes() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    Exchange exchange = built(first);
    String live = keys("crm");
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      var made = new Exchanger("shop", PLAN, ACTOR, Map::of).attempt(connection, exchange);
      connection.commit();
      assertThat(made.validations()).isNotEmpty();
    }
    assertThat(keys("crm")).contains("order_customer_id_fkey false");
    try (Connection other = postgres.connect()) {
      var left = Rebuild.unvalidated(other, PLAN);
      assertThat(left)
          .contains("ALTER TABLE \"crm\".\"order\" VALIDATE CONSTRAINT order_customer_id_fkey");
      for (var validation : Rebuild.pending(other, PLAN)) {
        ForeignKeys.validate(other, validation);
      }
      assertThat(Rebuild.unvalidated(other, PLAN)).isEmpty();
    }
    assertThat(keys("crm")).isEqualTo(live);
    assertThat(
            postgres.query(
                "SELECT count(*) FROM pg_constraint"
                    + " WHERE obj_description(oid, 'pg_constraint') LIKE 'tandem%'"))
        .isEqualTo("0");
  }

  @Test
  void shouldSayWhichForeignKeyTheRowsBreakAndCheckNewOnesAllTheSame() throws Exception {
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    Exchange exchange = built(first);
    postgres.execute("INSERT INTO " + BESIDE + ".\"order\" (id, customer_id) VALUES (8, 99)");
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      var done = new Exchanger("shop", PLAN, ACTOR, Map::of).attempt(connection, exchange);
      connection.commit();
      connection.setAutoCommit(true);
      var ended = new java.util.ArrayList<String>();
      for (var validation : done.validations()) {
        ended.add(ForeignKeys.validate(connection, validation));
      }
      assertThat(ended)
          .filteredOn(line -> line.startsWith("-- not validated, SQL state 23503"))
          .singleElement()
          .asString()
          .endsWith(
              "then: ALTER TABLE \"crm\".\"order\" VALIDATE CONSTRAINT order_customer_id_fkey");
    }
    assertThatThrownBy(
            () -> postgres.execute("INSERT INTO crm.\"order\" (id, customer_id) VALUES (9, 99)"))
        .hasMessageContaining("order_customer_id_fkey");
  }

  /// The application deletes in a table that is no business of the rebuild.
  @Test
  void shouldLetNoTableThatIsNotLiveReferToATableOutside() throws Exception {
    postgres.execute(
        "CREATE TABLE crm.country (code text PRIMARY KEY)",
        "INSERT INTO crm.country VALUES ('xx')",
        "ALTER TABLE crm.customer ADD country text CONSTRAINT in_country REFERENCES crm.country"
            + " ON DELETE SET NULL DEFERRABLE");
    var first = log.transaction(ShopTarget.customer(1, "Ann"));
    Exchange forth = build();
    try (var old = writer(1);
        var next = writer(2)) {
      old.apply(first);
      next.apply(first);
    }
    String live = keys("crm");
    exchange(forth);
    assertThat(keys("crm")).isEqualTo(live).contains("customer in_country true");
    assertThat(keys("tandem_shop_sales_1")).doesNotContain("in_country").contains("order");
    try (var connection = postgres.connect()) {
      var known = GenerationTable.read(connection, "shop");
      exchange(new Exchange(known.live("sales"), known.beside("sales").orElseThrow()));
    }
    assertThat(keys("crm")).as("and back again").isEqualTo(live);
    assertThat(keys("tandem_shop_sales_2")).doesNotContain("in_country");
    assertThat(
            postgres.query(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'in_country'"))
        .endsWith("REFERENCES crm.country(code) ON DELETE SET NULL DEFERRABLE");
  }

  /// What the catalog says of a table and what belongs to it, names of schemas left out.
  private static String described(String schema) {
    return postgres
        .query(
            """
        SELECT string_agg(line, E'\\n' ORDER BY line COLLATE "C") FROM (
          SELECT c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
                 || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
                 || ' ' || coalesce(a.attacl::text, '') AS line
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
           WHERE c.relnamespace = '%1$s'::regnamespace AND c.relkind = 'r'
          UNION ALL
          SELECT c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
            FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid
           WHERE c.relnamespace = '%1$s'::regnamespace AND k.contype NOT IN ('n', 'f')
          UNION ALL
          SELECT c.relname || ' ' || coalesce(c.reloptions::text, '') || ' ' || c.relreplident::text
                 || ' ' || coalesce(c.relacl::text, '')
            FROM pg_class c
           WHERE c.relnamespace = '%1$s'::regnamespace AND c.relkind IN ('r', 'i')) AS lines"""
                .formatted(schema))
        .replace(schema + ".", "")
        .replace("crm.", "");
  }

  @Test
  void shouldMakeTablesLikeTheLiveOnes() throws Exception {
    postgres.execute(
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader",
        "CREATE TABLE IF NOT EXISTS public.country (code text PRIMARY KEY)",
        "GRANT USAGE ON SCHEMA crm TO reader",
        "GRANT SELECT ON crm.customer TO reader",
        "GRANT UPDATE (total) ON crm.\"order\" TO reader",
        "ALTER TABLE crm.customer ADD country text REFERENCES public.country ON DELETE SET NULL",
        "ALTER TABLE crm.customer ADD CONSTRAINT positive CHECK (balance >= 0)",
        "CREATE UNIQUE INDEX \"Mine\" ON crm.customer (lower(name)) WHERE vip",
        "ALTER INDEX crm.customer_code_key RENAME TO one_code",
        "ALTER TABLE crm.customer SET (fillfactor = 70)");
    String live = described("crm");
    build();
    assertThat(described(BESIDE)).isEqualTo(live);
    assertThat(postgres.query("SELECT has_schema_privilege('reader', '" + BESIDE + "', 'USAGE')"))
        .isEqualTo("t");
    assertThat(
            postgres.query(
                "SELECT count(*) FROM pg_publication_tables WHERE schemaname = '" + BESIDE + "'"))
        .isEqualTo("4");
    postgres.execute("DROP OWNED BY reader", "DROP ROLE reader");
  }

  @Test
  void shouldNameEverythingThatWouldNotComeAlong() throws Exception {
    postgres.execute(
        "CREATE FUNCTION crm.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER t BEFORE INSERT ON crm.customer FOR EACH ROW EXECUTE FUNCTION crm.f()",
        "CREATE VIEW crm.names AS SELECT name FROM crm.customer",
        "CREATE TABLE crm.visit (customer bigint REFERENCES crm.customer)",
        "ALTER TABLE crm.address ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE crm.\"order\" ADD number serial",
        "CREATE PUBLICATION theirs FOR TABLE crm.remark");
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      var written = Rebuild.written(PLAN);
      var found =
          new TableSurvey(new Ddl(connection), written)
              .obstacles("tandem_shop_target", java.util.Set.of());
      assertThat(found)
          .extracting(
              each -> each.table().name() + ": " + each.cause().replaceAll(" (w|b|i)\\S* .*", ""))
          .containsExactlyInAnyOrder(
              "customer: trigger t",
              "customer: view crm.names",
              "customer: foreign key visit_customer_fkey of crm.visit",
              "address: its policies of row security",
              "order: sequence crm.order_number_seq",
              "order: column number",
              "remark: publication theirs");
      assertThat(found).allSatisfy(each -> assertThat(each.fix()).isNotEmpty());
    }
    postgres.execute("DROP PUBLICATION theirs");
  }

  private static org.apache.avro.generic.GenericRecord whole(int number) {
    var customer = ShopTarget.customer(number, "N" + number);
    boolean full = number % 2 == 0;
    customer.put("code", full ? "a\tb\\n\n\"" + number : null);
    customer.put("balance", full ? new java.math.BigDecimal(number).movePointLeft(2) : null);
    customer.put("born", full ? -3_000 - number : null);
    customer.put("seen", full ? -1_234_567_891L * number : null);
    customer.put("noted", full ? 1_700_000_000_123_456L + number : null);
    customer.put("tags", full ? java.util.Arrays.asList("x,\"y", null, "\\") : null);
    customer.put("photo", full ? java.nio.ByteBuffer.wrap(new byte[] {0, 9, 92, -1}) : null);
    customer.put("status", full ? "it's \"odd\"" : null);
    customer.put("ratio", full ? 1.0 / number : null);
    customer.put("vip", full ? Boolean.TRUE : null);
    customer.put("extra", full ? "{\"a\": \"\\n\"}" : null);
    customer.put("addresses", List.of(ShopTarget.address(number, "Straße\t1")));
    return customer;
  }

  private static String content(String schema) {
    return postgres.query(
        """
        SELECT md5((SELECT string_agg(t::text, E'\n' ORDER BY t::text) FROM %1$s.customer t)
                || (SELECT string_agg(t::text, E'\n' ORDER BY t::text) FROM %1$s.address t))
               || ' ' || (SELECT count(*) FROM %1$s.customer)"""
            .formatted(schema));
  }

  /// Far behind, a generation is loaded by COPY; what is written is the same, and a key that comes
  /// again is written the ordinary way.
  @Test
  void shouldLoadWhatTheOrdinaryWayWouldWrite() throws Exception {
    Object[] customers =
        java.util.stream.IntStream.rangeClosed(1, 600).mapToObj(ExchangeTest::whole).toArray();
    Object[] again =
        java.util.stream.IntStream.rangeClosed(301, 900).mapToObj(ExchangeTest::whole).toArray();
    Object[] more =
        java.util.stream.IntStream.rangeClosed(901, 1_600).mapToObj(ExchangeTest::whole).toArray();
    more[0] = 5L;
    var batches =
        List.of(log.transaction(customers), log.transaction(again), log.transaction(more));
    build();
    postgres.execute(
        "CREATE TABLE IF NOT EXISTS public.statements (kind text)",
        "TRUNCATE public.statements",
        "CREATE OR REPLACE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN INSERT INTO public.statements VALUES (split_part(current_query(), '' '', 1));"
            + " RETURN NULL; END'",
        "CREATE TRIGGER note AFTER INSERT ON "
            + BESIDE
            + ".customer FOR EACH STATEMENT EXECUTE FUNCTION public.note()");
    try (var old = writer(1);
        var next = writer(2)) {
      for (var batch : batches) {
        old.apply(batch);
        next.apply(batch);
      }
      assertThat(old.letters()).isEmpty();
      assertThat(next.letters()).isEmpty();
    }
    assertThat(content(BESIDE)).isEqualTo(content("crm")).endsWith(" 1598");
    assertThat(postgres.query("SELECT string_agg(kind, ' ') FROM public.statements"))
        .isEqualTo("COPY INSERT COPY");
  }
}
