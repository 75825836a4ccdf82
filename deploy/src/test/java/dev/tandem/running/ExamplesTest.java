package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationReader.Reach;
import dev.tandem.spec.Problem;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.table.Catalog;
import dev.tandem.table.TableId;
import dev.tandem.table.TableScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples that come with the program, against stores that their own scripts made.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class ExamplesTest {
  @TempDir private Path directory;
  private PostgresServer postgres;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    postgres = PostgresServer.start(PostgresSettings.in(data));
  }

  @AfterAll
  void stop() {
    postgres.close();
  }

  @Test
  void shouldFindTheShopInOrder() throws Exception {
    assertThat(check("shop", Examples.unpackShop(directory))).isEmpty();
  }

  @Test
  void shouldFindTheBenchmarkInOrder() throws Exception {
    assertThat(check("bench", Examples.unpackBench(directory))).isEmpty();
  }

  @Test
  void shouldFindTheBenchmarkOfWideRowsInOrder() throws Exception {
    assertThat(check("wide", Examples.unpackBenchWide(directory))).isEmpty();
  }

  @Test
  void shouldFindTheBenchmarkOfChildrenInOrder() throws Exception {
    assertThat(check("basket", Examples.unpackBenchBasket(directory))).isEmpty();
  }

  /// What the test kit takes for a store is what the store would be.
  @ParameterizedTest
  @ValueSource(
      strings = {"shop", "bench", "bench/wide", "bench/basket", "java/src/main/resources/club"})
  void shouldReadTheTablesOfScriptsAsPostgresDoes(String example) throws Exception {
    for (String side : List.of("legacy", "target")) {
      assertRead(Path.of("examples", example, side + ".sql"));
    }
  }

  @Test
  void shouldReadAScriptOfManyKindsAsPostgresDoes() throws Exception {
    assertRead(
        Files.writeString(
            directory.resolve("kinds.sql"),
            """
            CREATE TYPE mood AS ENUM ('it''s; ok', 'bad');
            CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
            CREATE TABLE p (
              a serial PRIMARY KEY, b bigserial NOT NULL UNIQUE, "C c" varchar(40) NOT NULL DEFAULT 'a, b',
              d numeric(12,2), d0 numeric(7), dn numeric, e char(3), e1 "char", f timestamp(3), g timestamptz,
              h time, i timetz, j int4[], k text[] NOT NULL DEFAULT '{}', l mood, m cents NOT NULL, n interval,
              o double precision CHECK (o IS NOT NULL OR a > 0), q real, r bytea, s uuid, t json, u jsonb, v inet,
              w int GENERATED ALWAYS AS (coalesce(a, 0) + 1) STORED, x bigint GENERATED ALWAYS AS IDENTITY,
              y boolean NOT NULL DEFAULT false, z date, aa int2, ab numeric[], ac oid, ad money, ae mood[],
              UNIQUE (a, "C c"), CONSTRAINT later UNIQUE (d) DEFERRABLE, EXCLUDE USING gist (w WITH =) WHERE (w > 9));
            CREATE UNIQUE INDEX ON p (e, f DESC);
            CREATE UNIQUE INDEX part ON p (g) WHERE a > 5;
            CREATE UNIQUE INDEX expr ON p (lower("C c"));
            CREATE TABLE q (id int, p int REFERENCES p, p2 bigint, b bigint NOT NULL REFERENCES p (b));
            ALTER TABLE q ADD CONSTRAINT q_pk PRIMARY KEY (id), ALTER p2 SET NOT NULL, ALTER p2 TYPE numeric(4,1);
            ALTER TABLE ONLY q ADD COLUMN at date DEFAULT now(), ADD FOREIGN KEY (b, p) REFERENCES s DEFERRABLE;
            CREATE UNIQUE INDEX q_b ON q (b);
            ALTER TABLE q REPLICA IDENTITY USING INDEX q_b;
            CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; CREATE TABLE no (a int); $$ LANGUAGE sql;
            COMMENT ON TABLE q IS 'ALTER TABLE q DROP COLUMN p;';
            """
                .replace(", ADD FOREIGN KEY (b, p) REFERENCES s DEFERRABLE", "")
                .replace("$$ SELECT 1; CREATE TABLE no (a int); $$", "$$ SELECT 1; $$")
                .replace(", EXCLUDE USING gist (w WITH =) WHERE (w > 9)", "")));
  }

  private void assertRead(Path script) throws Exception {
    String database = "read_" + Integer.toUnsignedString(script.toString().hashCode());
    try (var admin = connect("postgres");
        var statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
    try (var store = connect(database)) {
      Examples.execute(store, script);
      Catalog read = TableScript.read(List.of(script));
      assertThat(read.names()).isNotEmpty();
      var real = PostgresCatalog.read(store, read.names());
      for (TableId table : read.names()) {
        assertThat(read.table(table)).as("%s", table).isEqualTo(real.table(table));
      }
    }
  }

  private List<Problem> check(String name, Path spec) throws Exception {
    for (String side : List.of("legacy", "target")) {
      try (var admin = connect("postgres");
          var statement = admin.createStatement()) {
        statement.execute("CREATE DATABASE " + name + "_" + side);
      }
      try (var store = connect(name + "_" + side)) {
        Examples.execute(store, spec.resolveSibling(side + ".sql"));
      }
    }
    var environment =
        Map.of(
            "LEGACY_URL",
            postgres.url(name + "_legacy"),
            "LEGACY_USER",
            PostgresServer.USER,
            "LEGACY_PASSWORD",
            PostgresServer.PASSWORD,
            "TARGET_URL",
            postgres.url(name + "_target"),
            "TARGET_USER",
            PostgresServer.USER,
            "TARGET_PASSWORD",
            PostgresServer.PASSWORD,
            "KAFKA",
            "127.0.0.1:1",
            "REGISTRY",
            "http://127.0.0.1:1");
    return MigrationReader.check(spec, environment, Reach.ONLINE).all();
  }

  private Connection connect(String database) throws Exception {
    return DriverManager.getConnection(
        postgres.url(database), PostgresServer.USER, PostgresServer.PASSWORD);
  }
}
