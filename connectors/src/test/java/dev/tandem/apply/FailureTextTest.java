package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.postgres.TestPostgres;
import java.sql.SQLException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTextTest {
  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static String textOf(String... statements) throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      var thrown =
          Assertions.catchThrowableOfType(
              SQLException.class,
              () -> {
                for (String sql : statements) {
                  statement.execute(sql);
                }
              });
      return FailureText.of(thrown);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"40001", "55000", "57014", "42501", "P0001"})
  void shouldNotRepeatWhatATriggerSaysUnderWhateverCode(String state) throws SQLException {
    String text =
        textOf(
            "CREATE TABLE IF NOT EXISTS raised (name text)",
            """
            CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'name %% is taken', NEW.name USING ERRCODE = '%s'; END $$"""
                .formatted(state),
            "CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON raised FOR EACH ROW"
                + " EXECUTE FUNCTION refuse()",
            "INSERT INTO raised VALUES ('Erika Mustermann')");
    assertThat(text).contains(state).doesNotContain("Erika");
  }

  @Test
  void shouldNotRepeatWhatTheServerSaysOfAValueInsideAFunction() throws SQLException {
    String text = textOf("DO $$ BEGIN EXECUTE 'SELECT \"Erika Mustermann\"'; END $$");
    assertThat(text).contains("42703").doesNotContain("Erika");
  }

  @Test
  void shouldRepeatWhatTheServerSaysOfItself() throws SQLException {
    assertThat(textOf("SELECT 1 FROM missing"))
        .contains("42P01")
        .contains("relation \"missing\" does not exist")
        .contains("doctor");
    assertThat(textOf("SET statement_timeout = 1", "SELECT pg_sleep(5)"))
        .contains("57014")
        .contains("canceling statement due to statement timeout");
  }
}
