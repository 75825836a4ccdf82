package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.event.EventTable;
import dev.tandem.event.PayloadForm;
import dev.tandem.evolution.TableTruncated;
import dev.tandem.plan.Source;
import dev.tandem.plan.SourceNames;
import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Partitioning;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final int PARTITIONS = 64;
  private static final TableId T = new TableId("public", "t");
  private static final RowSchema SCHEMA =
      new RowSchema(
          T,
          List.of(
              new RowSchema.Field("id", Carrier.INT, false),
              new RowSchema.Field("owner", Carrier.TEXT, false)));

  private static List<Routing.Target> update(String key, Row before, Row after) {
    var domain = TestPlan.domain("d", PARTITIONS, TestPlan.entity(T, "owner", key));
    var plan = TestPlan.of(domain);
    return new Routing(plan, Side.LEGACY)
        .change(
            new CapturedChange(Op.UPDATE, 1, Lsn.ZERO, 0, SCHEMA, before, after), new Inserted());
  }

  private static Row row(int id, String owner) {
    return new Row(SCHEMA, new Object[] {id, owner});
  }

  @Test
  void shouldWriteAChangeOfPartitionWhoseKeyStaysWholeToBothBesideItsDeadLetter_C8() {
    List<Routing.Target> targets = update("id", row(1, "a"), row(1, "b"));
    assertThat(targets)
        .filteredOn(Routing.Target.Outbox.class::isInstance)
        .extracting(target -> ((Routing.Target.Outbox) target).op())
        .containsExactly(Op.UPDATE, Op.UPDATE);
    assertThat(targets.stream().map(Routing.Target::strand).distinct()).hasSize(3);
    assertThat(targets.getLast())
        .isInstanceOfSatisfying(
            Routing.Target.Refused.class,
            refused ->
                assertThat(refused.reason()).contains("partition-by", "tandem backfill SPEC"));
  }

  @Test
  void shouldLetAnEntityLeaveAndEnterWhereItsKeyChangesWithThePartition() {
    assertThat(update("owner", row(1, "a"), row(1, "b")))
        .allMatch(target -> target instanceof Routing.Target.Outbox)
        .hasSize(2);
  }

  /// Each has partitions of its own, and what cannot be placed is said once.
  @Test
  void shouldWriteToEachOutboxOfADomainAndSayOnceWhatCannotBePlaced() {
    var domain = TestPlan.domain("d", 4, TestPlan.entity(T, "owner", "id"));
    var routing = new Routing(TestPlan.of(domain, domain.over(2, 7)), Side.LEGACY);
    assertThat(routing.row(row(1, "a")))
        .extracting(target -> routing.strands().name(target.strand()))
        .containsExactly(
            "d/" + Partitioning.partition("a", 4), "d.outbox.2/" + Partitioning.partition("a", 7));
    var update =
        new CapturedChange(Op.UPDATE, 1, Lsn.ZERO, 0, SCHEMA, row(1, "a"), row(1, "poison"));
    assertThat(routing.change(update, new Inserted()))
        .singleElement()
        .isInstanceOfSatisfying(
            Routing.Target.Refused.class,
            it -> assertThat(routing.strands().name(it.strand())).isEqualTo("d/dead-letter"));
    var truncate = new CapturedChange(Op.TRUNCATE, 1, Lsn.ZERO, 0, SCHEMA, null, null);
    assertThat(routing.change(truncate, new Inserted())).hasSize(4 + 7);
    assertThat(routing.truncated(truncate)).hasSize(1);
    assertThat(routing.domains(T)).hasSize(1);
  }

  /// Nobody was told of it yet, so no two partitions write it.
  @Test
  void shouldLetARootGoToAnotherPartitionInTheTransactionThatInsertedIt_C8() {
    var domain = TestPlan.domain("d", PARTITIONS, TestPlan.entity(T, "owner", "id"));
    var routing = new Routing(TestPlan.of(domain), Side.LEGACY);
    var inserted = new Inserted();
    var insert = new CapturedChange(Op.INSERT, 1, Lsn.ZERO, 0, SCHEMA, null, row(1, "a"));
    var move = new CapturedChange(Op.UPDATE, 1, Lsn.ZERO, 0, SCHEMA, row(1, "a"), row(1, "b"));
    var again = new CapturedChange(Op.UPDATE, 1, Lsn.ZERO, 0, SCHEMA, row(1, "b"), row(1, "c"));
    assertThat(routing.change(insert, inserted)).hasSize(1);
    for (var change : List.of(move, again)) {
      assertThat(routing.change(change, inserted))
          .extracting(target -> ((Routing.Target.Outbox) target).op())
          .containsExactly(Op.DELETE, Op.INSERT);
    }
    inserted.clear();
    assertThat(routing.change(move, inserted)).hasSize(3);
  }

  /// The new row of a key's update cannot be placed; that the old key is gone is known all the
  /// same.
  @Test
  void shouldLoseNoHalfOfAKeysUpdateWithTheOther() {
    var domain = TestPlan.domain("d", PARTITIONS, TestPlan.entity(T, "owner", "id"));
    var routing = new Routing(TestPlan.of(domain), Side.LEGACY);
    var old = row(1, "a");
    var made = new Row(SCHEMA, new Object[] {2, Row.UNKNOWN});
    var update =
        new CapturedChange(Op.INSERT, 1, Lsn.ZERO, 0, SCHEMA, null, made).asUpdate(old, made);
    assertThat(routing.change(update, new Inserted()))
        .filteredOn(Routing.Target.Outbox.class::isInstance)
        .extracting(target -> ((Routing.Target.Outbox) target).op())
        .containsExactly(Op.DELETE);
    assertThat(routing.change(update, new Inserted()))
        .filteredOn(Routing.Target.Refused.class::isInstance)
        .hasSize(1);
  }

  /// A table whose rows are only ever inserted: nobody else would stop the domain, which would go
  /// on without them.
  @Test
  void shouldShowEveryPartitionAnInsertedRowWhosePlaceAChangeOfTheTableHides() {
    var domain = TestPlan.domain("d", 3, TestPlan.entity(T, "owner", "id"));
    var routing = new Routing(TestPlan.of(domain), Side.LEGACY);
    var renamed =
        new RowSchema(
            T,
            List.of(
                new RowSchema.Field("id", Carrier.INT, false),
                new RowSchema.Field("holder", Carrier.TEXT, false)));
    var row = new Row(renamed, new Object[] {1, "a"});
    var insert = new CapturedChange(Op.INSERT, 1, Lsn.ZERO, 0, renamed, null, row);
    assertThat(routing.change(insert, new Inserted()))
        .extracting(Routing.Target::strand)
        .containsExactly(0, 1, 2);
    assertThat(routing.row(row)).allMatch(Routing.Target.Refused.class::isInstance);
  }

  /// Its words may hold the row.
  @Test
  void shouldMakeADeadLetterWhereAMappingInJavaThrowsAnything() {
    var domain = TestPlan.domain("d", PARTITIONS, TestPlan.entity(T, "owner", "id"));
    var routing = new Routing(TestPlan.of(domain), Side.LEGACY);
    for (List<Routing.Target> targets :
        List.of(
            routing.row(row(1, "poison")),
            update("id", row(1, "poison"), row(1, "poison")),
            update("id", row(1, "a"), row(1, "poison")))) {
      assertThat(targets)
          .singleElement()
          .isInstanceOfSatisfying(
              Routing.Target.Refused.class,
              refused ->
                  assertThat(refused.reason())
                      .isEqualTo(
                          "partition-by: the mapping failed with java.lang.IllegalStateException"));
    }
  }

  @Test
  void shouldPassAChangeThatStaysInItsPartition() {
    assertThat(update("id", row(1, "a"), row(1, "a")))
        .singleElement()
        .isInstanceOf(Routing.Target.Outbox.class);
  }

  @Test
  void shouldTellATruncationToEachDomainThatReadsTheTable() {
    var plan =
        TestPlan.of(
            TestPlan.domain("a", 2, TestPlan.entity(T, "id")),
            TestPlan.domain("b", 3, TestPlan.entity(new TableId("public", "u"), "id")),
            TestPlan.domain("c", 4, TestPlan.entity(T, "owner")));
    var truncation = new CapturedChange(Op.TRUNCATE, 1, Lsn.ZERO, 7, SCHEMA, null, null);
    var routing = new Routing(plan, Side.LEGACY);
    assertThat(routing.change(truncation, new Inserted())).hasSize(2 + 4);
    assertThat(routing.truncated(truncation))
        .extracting(TableTruncated::domain, TableTruncated::at)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", 7L),
            org.assertj.core.groups.Tuple.tuple("c", 7L));
  }

  private static List<Routing.Target> ofEvents(
      EventTable.AfterReading after, Op op, @Nullable Row before, @Nullable Row row) {
    var events =
        new EventTable(
            new EventTable.Envelope("owner", "id", "owner", "owner"),
            PayloadForm.JSON,
            Set.of("person"),
            Set.of(),
            List.of("id"),
            List.of(),
            List.of(),
            List.of("id"),
            after);
    var source =
        new Source(
            Source.ROOT, T, List.of("id"), List.of("id"), SourceNames.NONE, Optional.of(events));
    var plan = TestPlan.of(TestPlan.domain("d", PARTITIONS, TestPlan.entity(source, "id")));
    return new Routing(plan, Side.LEGACY)
        .change(new CapturedChange(op, 1, Lsn.ZERO, 0, SCHEMA, before, row), new Inserted());
  }

  @Test
  void shouldCaptureOfAnOutboxTableTheInsertedEventsOfTheEntityAndNothingElse() {
    for (var after : EventTable.AfterReading.values()) {
      assertThat(ofEvents(after, Op.INSERT, null, row(1, "person")))
          .singleElement()
          .isInstanceOf(Routing.Target.Outbox.class);
      assertThat(ofEvents(after, Op.INSERT, null, row(1, "order"))).isEmpty();
      assertThat(ofEvents(after, Op.UPDATE, row(1, "person"), row(1, "person"))).isEmpty();
    }
  }

  @Test
  void shouldPassTheDeletionOfAnEventUnlessTheSpecSaysThatRowsAreKept() {
    var old = new Row(SCHEMA, new Object[] {1, Row.UNKNOWN});
    assertThat(ofEvents(EventTable.AfterReading.DELETED, Op.DELETE, old, null)).isEmpty();
    assertThat(ofEvents(EventTable.AfterReading.DELETED, Op.TRUNCATE, null, null)).isEmpty();
    for (Op op : List.of(Op.DELETE, Op.TRUNCATE)) {
      assertThat(ofEvents(EventTable.AfterReading.KEPT, op, old, null))
          .singleElement()
          .isInstanceOfSatisfying(
              Routing.Target.Refused.class,
              refused -> assertThat(refused.reason()).contains("write after-reading: deleted"));
    }
  }
}
