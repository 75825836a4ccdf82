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
import java.time.Duration;
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

  @Test
  void shouldTellOnceWhatNoRowShowsAlsoWhereItChangedWhileNothingRan() {
    POSTGRES.execute(
        "CREATE TYPE mood AS ENUM ('good')",
        "ALTER TABLE t ADD mood mood, ADD code varchar(5), ADD amount numeric(8,2)");
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture) && table.outbox.state().detail(T) != null);
      POSTGRES.execute(
          "ALTER TYPE mood ADD VALUE 'bad'",
          "ALTER TABLE t ALTER code TYPE varchar(9)",
          "ALTER TABLE t ALTER amount TYPE numeric(9,4)",
          "ALTER TABLE t ALTER name SET DEFAULT 'secret'",
          "ALTER TABLE t ADD filled int DEFAULT 5",
          "ALTER TABLE t ADD plain int");
      until(() -> told().size() == 5);
    }
    POSTGRES.execute("ALTER TABLE t ALTER name DROP DEFAULT");
    try (var _ = table.start()) {
      until(() -> told().size() == 6);
      POSTGRES.execute("INSERT INTO t (id) VALUES (1)");
      until(() -> table.inserted().contains(1));
    }
    assertThat(told())
        .containsExactlyInAnyOrder(
            "value bad added to mood of column mood",
            "column code changed from character varying(5) to character varying(9)",
            "column amount changed from numeric(8,2) to numeric(9,4)",
            "default of column name added",
            "column filled added with a default, which rows of before may have without being"
                + " captured",
            "default of column name dropped");
    assertThat(table.outbox.notices()).allMatch(notice -> notice.finding().isEmpty());
    POSTGRES.execute("ALTER TABLE t DROP mood", "DROP TYPE mood");
  }

  @Test
  void shouldLookAtWhatIsThereBeforeTheFirstHeartbeat() {
    table.beat(Duration.ofHours(1));
    try (var _ = table.start()) {
      until(() -> table.outbox.state().detail(T) != null);
    }
  }

  @Test
  void shouldTellOfPartitionsThatAreAttachedAndDetached() {
    POSTGRES.execute(
        "ALTER PUBLICATION " + TestTable.NAMES.publication() + " DROP TABLE t",
        "DROP TABLE t",
        "CREATE TABLE t (id int PRIMARY KEY, name text, note text) PARTITION BY RANGE (id)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
        "CREATE TABLE t2 (LIKE t INCLUDING ALL)",
        "ALTER PUBLICATION "
            + TestTable.NAMES.publication()
            + " SET (publish_via_partition_root = true)",
        "ALTER PUBLICATION " + TestTable.NAMES.publication() + " ADD TABLE t");
    try (var _ = table.start()) {
      until(() -> table.outbox.state().detail(T) != null);
      POSTGRES.execute("ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (100) TO (200)");
      until(() -> told().contains("partition public.t2 attached"));
      POSTGRES.execute("ALTER TABLE t DETACH PARTITION t1");
      until(() -> told().contains("partition public.t1 detached"));
    }
    assertThat(told()).hasSize(2);
    POSTGRES.execute("DROP TABLE t1");
  }

  private List<String> told() {
    return table.outbox.notices().stream()
        .filter(SchemaChanged::isOfCatalog)
        .flatMap(notice -> notice.changes().stream())
        .toList();
  }
}
