package dev.tandem.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Place;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.TargetSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who keeps whom from changing generations, on a real server.
class OperatorLockTest {
  private static TestPostgres postgres;

  @BeforeAll
  static void start() throws SQLException {
    postgres = TestPostgres.start();
    try (var connection = postgres.connect()) {
      TargetSchema.install(connection);
      GenerationTable.write(
          connection, "shop", new Actor("test", "to see"), List.of(live("sales"), live("parts")));
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static Generation live(String domain) {
    return new Generation(domain, 1, State.LIVE, Place.OF_SPEC, Note.NONE);
  }

  private static OperatorLock take(String domain, String doing) throws SQLException {
    return OperatorLock.take(postgres::connect, "shop", domain, doing);
  }

  @Test
  void shouldLetOneOperatorAtADomainAndNameTheFirstToTheSecond() throws Exception {
    try (var _ = take("sales", "cleanup")) {
      assertThatThrownBy(() -> take("sales", "start"))
          .isInstanceOf(BusyException.class)
          .hasMessageContaining("tandem rebuild cleanup")
          .hasMessageContaining("process ");
      take("parts", "start").close();
    }
    take("sales", "start").close();
  }

  @Test
  void shouldHoldTheGenerationsOfNoOtherDomain() throws Exception {
    try (Connection one = postgres.connect();
        Connection other = postgres.connect()) {
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      assertThat(GenerationTable.hold(one, "shop", "sales").all()).hasSize(1);
      assertThat(GenerationRemoval.held(other, "shop", "parts")).hasSize(1);
    }
  }

  @Test
  void shouldNotWaitForeverForGenerationsThatSomebodyHolds() throws Exception {
    try (Connection one = postgres.connect();
        Connection other = postgres.connect()) {
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      GenerationTable.hold(one, "shop", "sales");
      assertThatThrownBy(() -> GenerationRemoval.held(other, "shop", "sales"))
          .isInstanceOf(BusyException.class)
          .hasMessageContaining("held by another transaction");
    }
  }
}
