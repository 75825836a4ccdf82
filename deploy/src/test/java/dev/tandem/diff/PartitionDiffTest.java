package dev.tandem.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.diff.MappingDiff.Change;
import dev.tandem.diff.PartitionDiff.Mappings;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.Topics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/// Of which partitions of an outbox the whole is known.
class PartitionDiffTest {
  private static final TableId ITEMS = TableId.parse("public.i");
  private static final Snapshot SEEN = Snapshot.parse("50:50:");

  /// What is met from an offset on.
  private static boolean isWhole(long begin, Marker... markers) throws IOException {
    try (var store = new ScratchStore()) {
      var diff = new PartitionDiff(new Mappings(plan(), plan()), 0, store);
      diff.begin(begin);
      long offset = begin;
      for (Marker marker : markers) {
        diff.accept(offset++, marker);
      }
      return diff.isWhole();
    }
  }

  private static Marker marker(Kind kind, String sweep, String snapshot) {
    return new Marker(
        kind, 1, ITEMS, sweep, snapshot.isEmpty() ? null : Snapshot.parse(snapshot), 5);
  }

  @Test
  void shouldKnowThePartitionFromItsBeginningOnceItsTablesAreLoaded() throws IOException {
    assertThat(isWhole(0)).isFalse();
    assertThat(isWhole(0, new Marker(Kind.SWEEP_ENDED, 1, ITEMS, "a", SEEN, 5))).isTrue();
  }

  /// Rows of the sweep's first pages may be gone, and changes that it did not see.
  @Test
  void shouldNotTakeForWholeWhatWasCutOffWithinASweep() throws IOException {
    assertThat(isWhole(7, new Marker(Kind.SWEEP_ENDED, 1, ITEMS, "a", SEEN, 5))).isFalse();
  }

  @Test
  void shouldTakeForWholeWhatWasCutOffBeforeACompleteSweep_C15() throws IOException {
    assertThat(
            isWhole(
                7,
                marker(Kind.SWEEP_ENDED, "a", "30:30:"),
                marker(Kind.SWEEP_STARTED, "b", ""),
                marker(Kind.SWEEP_STARTED, "b", "40:40:"),
                marker(Kind.SWEEP_ENDED, "b", "50:50:")))
        .isTrue();
  }

  /// Each is one of its own, though nobody knows its name.
  @Test
  void shouldCompareRowsOfWhichNoKeyCanBeMadeEachWithItself() throws IOException {
    var schema = new RowSchema(ITEMS, List.of(new RowSchema.Field("id", Carrier.INT, false)));
    var diff = new MappingDiff(5, Set.of());
    try (var store = new ScratchStore()) {
      var partition = new PartitionDiff(new Mappings(plan(), plan()), 0, store);
      partition.begin(0);
      for (int id = 0; id < 3; id++) {
        var row = new Row(schema, new Object[] {id});
        partition.accept(id, new OutboxRecord.Swept(1, SEEN, 5, row));
      }
      partition.accept(3, marker(Kind.SWEEP_ENDED, "a", "50:50:"));
      partition.compare(Map.of("Item", diff));
    }
    assertThat(diff.count(Change.NEVER_TRANSLATED)).isEqualTo(3);
    assertThat(diff.compared()).isEqualTo(3);
    assertThat(diff.isDifferent()).isFalse();
  }

  private static DomainPlan plan() {
    var source = new Source(Source.ROOT, ITEMS, List.of("id"), List.of("id"));
    var root = new TargetTable(TableId.parse("crm.item"), List.of(), List.of(), List.of());
    var entity =
        new EntityPlan(
            "Item", 0, source, List.of(), new NoRows(), new TargetPlan(root, List.of()), "1");
    return DomainPlan.first(new Topics("shop", "d"), 1, "id", List.of(entity));
  }

  /// Is never asked.
  private static final class NoRows implements EntityMapping {
    private static final Schema NONE = SchemaBuilder.record("None").fields().endRecord();

    @Override
    public Schema contract() {
      return NONE;
    }

    @Override
    public Schema key() {
      return NONE;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      throw new IllegalStateException("no row");
    }

    @Override
    public GenericRecord key(Row root) {
      throw new IllegalStateException("no row");
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      throw new IllegalStateException("no row");
    }

    @Override
    public Map<String, String> copies() {
      return Map.of();
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }
}
