package dev.tandem.capture;

import static dev.tandem.capture.TestTable.PARTITIONS;
import static dev.tandem.capture.TestTable.T;
import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.plan.Source;
import dev.tandem.plan.SourceNames;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A captured table changes: nothing is lost, and each change is told once.
class CaptureSchemaTest {
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final TableId U = new TableId("public", "u");
  private final TestTable table = new TestTable(POSTGRES);

  @AfterEach
  void tearDown() {
    POSTGRES.execute("ALTER TABLE IF EXISTS u RENAME TO t");
    table.close();
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void shouldTellAChangeOnceHoweverOftenItIsReadAgain() {
    try (var _ = table.start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'a')");
      until(() -> table.inserted().contains(1));
      table.outbox.loseTheAnswerTo(entries -> entries.stream().anyMatch(it -> it.key() != null));
      POSTGRES.execute("ALTER TABLE t ADD more int", "INSERT INTO t VALUES (2, 'b', '', 3)");
      until(() -> table.inserted().contains(2));
      POSTGRES.execute("INSERT INTO t VALUES (3, 'c')");
      until(() -> table.inserted().contains(3));
    }
    try (var _ = table.start()) {
      POSTGRES.execute("ALTER TABLE t DROP note", "INSERT INTO t VALUES (4, 'd')");
      until(() -> table.inserted().contains(4));
    }
    assertThat(table.outbox.notices())
        .extracting(SchemaChanged::changes)
        .containsExactly(List.of("column more (int) added"), List.of("column note (text) dropped"));
    assertThat(table.inserted()).containsExactlyInAnyOrder(1, 2, 3, 4);
    assertThat(table.outbox.deadLetters()).isEmpty();
  }

  @Test
  void shouldTellWhatChangedBeforeTheFirstChangeOfARow() {
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
      POSTGRES.execute("ALTER TABLE t ALTER note TYPE int USING 1", "INSERT INTO t VALUES (1)");
      until(() -> table.inserted().contains(1));
    }
    assertThat(table.outbox.notices())
        .extracting(SchemaChanged::changes)
        .containsExactly(List.of("column note retyped from text to int"));
  }

  @Test
  void shouldGiveTheChangesOfARenamedTableToItsReadersUnderItsNewName() {
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
      POSTGRES.execute(
          "INSERT INTO t VALUES (1, 'a')",
          "ALTER TABLE t RENAME TO u",
          "INSERT INTO u VALUES (2, 'b')",
          "CREATE TABLE t (id int PRIMARY KEY)",
          "INSERT INTO t VALUES (7)");
      until(() -> table.inserted().contains(2));
      // A new session knows its tables still.
      table.outbox.refuse(_ -> true);
      POSTGRES.execute("INSERT INTO u VALUES (3, 'c')");
      until(() -> table.inserted().contains(3));
    }
    POSTGRES.execute("DROP TABLE t");
    assertThat(table.changes()).hasSize(3);
    assertThat(table.changes().filter(change -> change.table().equals(U))).hasSize(2);
    assertThat(table.outbox.notices().getFirst().finding()).contains("public.u", "formerly");
  }

  @Test
  void shouldTellItsReadersOfARenamedTableThatNobodyWritesTo() {
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
      POSTGRES.execute("ALTER TABLE t RENAME TO u");
      for (int i = 0; i < PARTITIONS; i++) {
        int partition = i;
        until(
            () ->
                table.outbox.records(partition).stream()
                    .anyMatch(
                        record ->
                            record instanceof OutboxRecord.Marker marker
                                && U.equals(marker.table())));
      }
    }
  }

  @Test
  void shouldReadTheLogOfBeforeARenameUnderBothNames() {
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
    }
    POSTGRES.execute(
        "INSERT INTO t VALUES (1, 'a')",
        "ALTER TABLE t RENAME TO u",
        "INSERT INTO u VALUES (2, 'b')",
        "DELETE FROM u WHERE id = 1");
    var names = new SourceNames(List.of(T), Map.of(), Map.of());
    var source = new Source(Source.ROOT, U, List.of("id"), List.of("id"), names);
    var plan = TestPlan.of(TestPlan.domain("d", PARTITIONS, TestPlan.entity(source, "id")));
    try (var _ = table.start(table.outbox::writer, plan)) {
      until(() -> table.changes().count() == 3);
    }
    assertThat(table.changes().map(change -> change.table().name()))
        .containsExactlyInAnyOrder("t", "u", "u");
    assertThat(table.outbox.deadLetters()).isEmpty();
  }
}
