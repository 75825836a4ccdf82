package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.Image.Surprise;
import dev.tandem.image.Kept.Standing;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.Partitioning;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A root that goes from partition to partition while its key stays (C8): a, b and c are tenants of
/// partitions 0, 1 and 2.
class MovedRootTest {
  private static final TableId T = new TableId("public", "t");
  private static final RowSchema ROWS =
      new RowSchema(
          T,
          List.of(
              new RowSchema.Field("id", Carrier.INT, false),
              new RowSchema.Field("tenant", Carrier.TEXT, false),
              new RowSchema.Field("name", Carrier.TEXT, false)));
  private static final int PARTITIONS = 3;
  private static final DomainPlan PLAN = plan();
  private static final String A = tenant(0);
  private static final String B = tenant(1);
  private static final String C = tenant(2);
  private final List<Side> sides = List.of(new Side(0), new Side(1), new Side(2));

  private static String tenant(int partition) {
    char tenant = 'a';
    while (Partitioning.partition(String.valueOf(tenant), PARTITIONS) != partition) {
      tenant++;
    }
    return String.valueOf(tenant);
  }

  /// One partition's feed.
  private static final class Side implements ImageFeed.Listener {
    private final int number;
    private final ImageState state = MemoryBytes.image();
    private final List<String> surprises = new ArrayList<>();
    private ImageFeed feed;
    private int touched;
    private long offset;

    Side(int number) {
      this.number = number;
      feed = started();
    }

    private ImageFeed started() {
      var here = new Placement.Here(number, PARTITIONS);
      var setting = new ImageFeed.Setting(TableUses.ofLegacy(PLAN), here, PLAN.baselines(), 100);
      return new ImageFeed(setting, state, this);
    }

    void restart() {
      feed.save();
      feed = started();
    }

    void accept(OutboxRecord record) {
      feed.accept(offset++, record);
      if (feed.phase() == ImageFeed.Phase.SCANNING) {
        feed.scan(_ -> {});
      }
    }

    /// What is kept of row 1, such as `LEFT x`; empty for nothing.
    String kept() {
      var found = new ArrayList<String>();
      feed.image()
          .scan(
              new byte[0],
              (_, kept) -> {
                if (kept.row() != null) {
                  Row row = feed.image().rowBytes().decode(kept.row());
                  found.add(kept.standing() + " " + text(row.value("name")));
                } else {
                  assertThat(kept.standing()).isEqualTo(Standing.OWN);
                }
                return true;
              });
      return String.join(", ", found);
    }

    private static String text(@Nullable Object value) {
      return value == Row.UNKNOWN ? "?" : String.valueOf(value);
    }

    @Override
    public void ended(List<StateKey> aggregates, ImageFeed.End end) {
      touched += aggregates.size();
    }

    @Override
    public void refused(EntityPlan entity, MappingException reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void surprised(StateKey aggregate, Surprise surprise) {
      surprises.add(surprise.toString());
    }
  }

  private static Row row(String tenant, Object name) {
    return new Row(ROWS, new Object[] {1, tenant, name});
  }

  private Side side(String tenant) {
    return sides.get(Partitioning.partition(tenant, PARTITIONS));
  }

  private static Change change(
      Op op, long xid, boolean last, @Nullable Row before, @Nullable Row after) {
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
    return new Change(op, position, last, xid, T, before, after);
  }

  private void baselines() {
    sides.forEach(
        side -> side.accept(new Marker(Kind.SWEEP_ENDED, 1, T, "s", Snapshot.parse("2:2:"), 1)));
  }

  private void insert(long xid, String tenant, Object name) {
    side(tenant).accept(change(Op.INSERT, xid, true, null, row(tenant, name)));
  }

  private void update(long xid, String tenant, String before, Object after) {
    side(tenant).accept(change(Op.UPDATE, xid, true, row(tenant, before), row(tenant, after)));
  }

  private void delete(long xid, String tenant) {
    side(tenant).accept(change(Op.DELETE, xid, true, row(tenant, Row.UNKNOWN), null));
  }

  private void move(long xid, String from, String to, Object name) {
    for (String tenant : List.of(from, to)) {
      side(tenant).accept(change(Op.UPDATE, xid, true, row(from, Row.UNKNOWN), row(to, name)));
    }
  }

  private void swept(String snapshot, String tenant, Object name) {
    side(tenant).accept(new Swept(1, Snapshot.parse(snapshot), 1, row(tenant, name)));
  }

  private void sweepEnded(String snapshot) {
    sides.forEach(
        side -> side.accept(new Marker(Kind.SWEEP_ENDED, 1, T, "s", Snapshot.parse(snapshot), 1)));
  }

  private List<String> kept() {
    return sides.stream().map(Side::kept).toList();
  }

  @Test
  void shouldTakeAMoveBeforeTheBaselinesForALeaveAndAnEnter() {
    insert(10, A, "x");
    move(11, A, B, "y");
    baselines();
    assertThat(kept()).containsExactly("", "OWN y", "");
  }

  @Test
  void shouldKeepTheRowWhereItWasAndRefuseItInBothPartitions() {
    baselines();
    insert(10, A, "x");
    int before = side(A).touched;
    move(11, A, B, "y");
    assertThat(kept()).containsExactly("LEFT x", "ENTERED y", "");
    assertThat(side(A).touched).isEqualTo(before + 1);
  }

  @Test
  void shouldFollowTheRowWhereItHasComeAndRefuseItStill() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    update(12, B, "y", "z");
    assertThat(kept()).containsExactly("LEFT x", "ENTERED z", "");
  }

  @Test
  void shouldForgetTheRowWhereItHasComeWhenItIsDeletedThere() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    delete(12, B);
    assertThat(kept()).containsExactly("LEFT x", "", "");
  }

  @Test
  void shouldRefuseTheRowInEachPartitionThatItComesTo() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    move(12, B, C, "z");
    assertThat(kept()).containsExactly("LEFT x", "", "ENTERED z");
  }

  @Test
  void shouldTakeTheRowForItsOwnAgainWhenItComesHome() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    move(12, B, C, "z");
    move(13, C, A, "back");
    assertThat(kept()).containsExactly("OWN back", "", "");
    update(14, A, "back", "last");
    assertThat(kept()).containsExactly("OWN last", "", "");
  }

  @Test
  void shouldNotFillARowThatComesHomeFromWhatItWasWhenItLeft() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    move(12, B, A, Row.UNKNOWN);
    assertThat(kept()).containsExactly("INCOMPLETE ?", "", "");
  }

  @Test
  void shouldTakeAMoveAndAnUpdateInOneTransactionInTheirOrder() {
    baselines();
    insert(10, A, "x");
    side(A).accept(change(Op.UPDATE, 11, false, null, row(A, "before")));
    move(11, A, B, "y");
    side(B).accept(change(Op.UPDATE, 11, true, null, row(B, "after")));
    assertThat(kept()).containsExactly("LEFT before", "ENTERED after", "");
  }

  @Test
  void shouldTakeASweptRowForItsOwnAndSayThatItWasNotKnown() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    swept("20:20:", B, "y");
    sweepEnded("20:20:");
    assertThat(kept()).containsExactly("", "OWN y", "");
    assertThat(side(B).surprises).containsExactly("CAPTURE_LOSS");
    assertThat(side(A).surprises).containsExactly("GHOST");
  }

  @Test
  void shouldKnowThatARowHasComeWithoutAValueUntilOneBringsIt() {
    baselines();
    insert(10, B, Row.UNKNOWN);
    update(11, B, "", Row.UNKNOWN);
    sides.forEach(Side::restart);
    assertThat(kept()).containsExactly("", "INCOMPLETE ?", "");
    swept("9:9:", B, "swept");
    assertThat(kept()).containsExactly("", "OWN swept", "");
    insert(12, C, Row.UNKNOWN);
    update(13, C, "", "known");
    assertThat(kept()).containsExactly("", "OWN swept", "OWN known");
  }

  /// The page was read before the update, and is delivered behind it: the update is not lost.
  @Test
  void shouldTakeTheRowForItsOwnAlsoWhereThePageIsOlderThanItsLastChange() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    update(25, B, "y", "newest");
    swept("20:20:", B, "y");
    sweepEnded("20:20:");
    assertThat(kept()).containsExactly("", "OWN newest", "");
    assertThat(side(B).surprises).containsExactly("CAPTURE_LOSS");
  }

  /// Read before the move, where the row was then.
  @Test
  void shouldNotLetAnOlderPageBringTheRowBack() {
    baselines();
    insert(10, A, "x");
    move(25, A, B, "y");
    swept("20:20:", A, "x");
    assertThat(kept()).containsExactly("LEFT x", "ENTERED y", "");
  }

  @Test
  void shouldDecideAlikeAfterARestart() {
    baselines();
    insert(10, A, "x");
    move(11, A, B, "y");
    sides.forEach(Side::restart);
    assertThat(kept()).containsExactly("LEFT x", "ENTERED y", "");
    update(12, B, "y", "z");
    sides.forEach(Side::restart);
    move(13, B, A, "back");
    assertThat(kept()).containsExactly("OWN back", "", "");
  }

  @Test
  void shouldNotForgetARefusedRowByItself() {
    baselines();
    insert(9, B, "old");
    delete(10, B);
    insert(11, A, "x");
    move(12, A, B, "y");
    sides.forEach(
        side -> side.accept(new Marker(Kind.HORIZON, 1, null, "", Snapshot.parse("90:90:"), 1)));
    assertThat(kept()).containsExactly("LEFT x", "ENTERED y", "");
  }

  @Test
  void shouldReadWhatAnOlderProgramKept() {
    var out = new ByteSink();
    out.put(2 | 4);
    out.putVarint(1);
    out.putVarint(7);
    out.putBlob(new byte[] {1});
    out.putLong(3);
    out.putLong(4);
    out.putRaw(new byte[] {9});
    Kept kept = Kept.decode(out.toByteArray());
    assertThat(kept.standing()).isEqualTo(Standing.OWN);
    assertThat(kept.row()).containsExactly(9);
    assertThat(kept.encode(new ByteSink())).isEqualTo(out.toByteArray());
    for (Standing standing : Standing.values()) {
      var one = new Kept(new Provenance.ByChange(1, 7), kept.forwarded(), kept.row(), standing);
      assertThat(Kept.decode(one.encode(new ByteSink())).standing()).isEqualTo(standing);
    }
  }

  private static DomainPlan plan() {
    var source = new Source(Source.ROOT, T, List.of("id"), List.of("id"));
    var target = new TargetPlan.TargetTable(T, List.of(), List.of(), List.of());
    var entity =
        new EntityPlan(
            "Thing",
            0,
            source,
            List.of(),
            new ByTenant(),
            new TargetPlan(target, List.of()),
            "thing-1");
    return DomainPlan.first(new Topics("m", "d"), PARTITIONS, "tenant", List.of(entity));
  }

  private record ByTenant() implements EntityMapping {
    private static final Schema KEY =
        SchemaBuilder.record("ThingKey").fields().requiredInt("id").endRecord();

    @Override
    public Schema contract() {
      return KEY;
    }

    @Override
    public Schema key() {
      return KEY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return Objects.toString(row.value("tenant"));
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(KEY);
      key.put("id", root.value("id"));
      return key;
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      return key(root);
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
