package dev.tandem.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresAccessTest {
  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static PostgresAccess access(String options) {
    return new PostgresAccess(postgres.url() + options, "postgres", "postgres");
  }

  @Test
  void shouldWaitForAShortStatementsAnswerForALimitedTime() throws SQLException {
    try (Connection connection = access("").connect()) {
      assertThat(connection.getNetworkTimeout()).isEqualTo(180_000);
    }
  }

  @Test
  void shouldTakeTheTimeLimitFromTheUrlWhereItSaysOne() throws SQLException {
    try (Connection connection = access("?socketTimeout=7").connect()) {
      assertThat(connection.getNetworkTimeout()).isEqualTo(7_000);
    }
  }

  @Test
  void shouldFindTheOneServerOfSeveralThatTheUrlDemands() throws SQLException {
    String one = postgres.url().replaceFirst("^jdbc:postgresql://", "");
    var access =
        new PostgresAccess(
            "jdbc:postgresql://127.0.0.1:1," + one + "?targetServerType=primary&sslmode=disable",
            "postgres",
            "postgres");
    var found = access.atOneServer();
    assertThat(found.url())
        .isEqualTo("jdbc:postgresql://" + one + "?targetServerType=primary&sslmode=disable");
    try (Connection connection = found.connect()) {
      assertThat(connection.isValid(1)).isTrue();
    }
    assertThat(found.atOneServer()).isSameAs(found);
  }

  @Test
  void shouldTellHowTheUrlConnects() {
    assertThat(access("?sslmode=verify-full&sslrootcert=/ca.pem&socketTimeout=7&user=x").options())
        .containsOnlyKeys("sslmode", "sslrootcert")
        .containsEntry("sslrootcert", "/ca.pem");
  }

  @Test
  void shouldLetALongStatementBeSilent() throws SQLException {
    try (Connection connection = access("").connectForLong()) {
      assertThat(connection.getNetworkTimeout()).isZero();
    }
  }
}
