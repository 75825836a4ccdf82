package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationReader.Reach;
import dev.tandem.spec.Problem;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
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
