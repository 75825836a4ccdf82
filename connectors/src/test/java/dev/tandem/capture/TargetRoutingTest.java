package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.apply.ShopTarget;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Partitioning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TargetRoutingTest {
  private static final int PARTITIONS = 64;
  private static final TableId CUSTOMER = TableId.parse("crm.customer");
  private static final TableId ADDRESS = TableId.parse("crm.address");
  private static final TableId CHECKPOINT = TableId.parse("tandem.checkpoint");
  private static final RowSchema CUSTOMERS = schema(CUSTOMER, "id", Carrier.LONG);
  private static final RowSchema ADDRESSES = schema(ADDRESS, "customer_id", Carrier.LONG);
  private static final RowSchema CHECKPOINTS =
      new RowSchema(
          CHECKPOINT,
          List.of(
              new RowSchema.Field("migration", Carrier.TEXT, false),
              new RowSchema.Field("domain", Carrier.TEXT, false),
              new RowSchema.Field("generation", Carrier.INT, false),
              new RowSchema.Field("partition", Carrier.INT, false),
              new RowSchema.Field("tables_in", Carrier.TEXT, false)));

  private final Routing routing =
      new Routing(new MigrationPlan("shop", List.of(ShopTarget.plan(PARTITIONS))), Side.TARGET);

  private static RowSchema schema(TableId table, String column, Carrier carrier) {
    return new RowSchema(table, List.of(new RowSchema.Field(column, carrier, false)));
  }

  private static Row row(RowSchema schema, @Nullable Object... values) {
    return new Row(schema, values);
  }

  private List<Routing.Target> change(Op op, @Nullable Row before, @Nullable Row after) {
    Row known = after == null ? before : after;
    RowSchema schema = known == null ? CUSTOMERS : known.schema();
    return routing.change(
        new CapturedChange(op, 1, Lsn.ZERO, 0, schema, before, after), new Inserted());
  }

  private static Routing.Target to(long id, Op op) {
    return new Routing.Target.Outbox(Partitioning.partition(Long.toString(id), PARTITIONS), op);
  }

  @Test
  void shouldPlaceARootByThePartitionColumnAndAChildByItsParentsKey() {
    assertThat(routing.row(row(CUSTOMERS, 7L))).containsExactly(to(7, Op.INSERT));
    assertThat(routing.row(row(ADDRESSES, 7L))).containsExactly(to(7, Op.INSERT));
    assertThat(change(Op.UPDATE, null, row(CUSTOMERS, 7L))).containsExactly(to(7, Op.UPDATE));
    assertThat(change(Op.DELETE, row(ADDRESSES, 7L), null)).containsExactly(to(7, Op.DELETE));
  }

  @Test
  void shouldLetAForeignWriterMoveARowFromOnePartitionToAnother() {
    assertThat(change(Op.UPDATE, row(CUSTOMERS, 7L), row(CUSTOMERS, 8L)))
        .containsExactly(to(7, Op.DELETE), to(8, Op.INSERT));
  }

  @Test
  void shouldPlaceACheckpointWhereItSays() {
    assertThat(change(Op.UPDATE, null, row(CHECKPOINTS, "shop", "sales", 1, 63, null)))
        .containsExactly(new Routing.Target.Outbox(63, Op.UPDATE));
  }

  @Test
  void shouldPassOverTheCheckpointsOfOthers() {
    assertThat(change(Op.UPDATE, null, row(CHECKPOINTS, "bank", "sales", 1, 0, null))).isEmpty();
    assertThat(change(Op.UPDATE, null, row(CHECKPOINTS, "shop", "gone", 1, 0, null))).isEmpty();
    assertThat(change(Op.UPDATE, null, row(CHECKPOINTS, "shop", "sales", 2, 0, "elsewhere")))
        .isEmpty();
  }

  /// Of which generation the tables are that stand in a place changes with a promotion; to which
  /// place a checkpoint belongs, the row itself says.
  @Test
  void shouldSendACheckpointToThePlaceOfTheTablesThatItIsAbout() {
    DomainPlan live = ShopTarget.plan(PARTITIONS);
    var both = new Routing(new MigrationPlan("shop", List.of(live, live.beside(2))), Side.TARGET);
    for (int generation = 1; generation <= 2; generation++) {
      assertThat(both.row(row(CHECKPOINTS, "shop", "sales", generation, 3, null)))
          .containsExactly(new Routing.Target.Outbox(3, Op.INSERT));
      assertThat(both.row(row(CHECKPOINTS, "shop", "sales", generation, 3, "tandem_shop_sales_2")))
          .containsExactly(new Routing.Target.Outbox(PARTITIONS + 1 + 3, Op.INSERT));
    }
    assertThat(both.tables()).contains(CUSTOMER, new TableId("tandem_shop_sales_2", "customer"));
  }

  /// After an exchange checkpoints of another outbox stand in this place: their partitions are
  /// others, and so are their offsets.
  @Test
  void shouldPassOverCheckpointsAndRefusalsOfAnotherOutbox() {
    var fields = new ArrayList<>(CHECKPOINTS.fields());
    fields.add(new RowSchema.Field("outbox_of", Carrier.INT, false));
    var checkpoints = new RowSchema(CHECKPOINT, fields);
    assertThat(change(Op.UPDATE, null, row(checkpoints, "shop", "sales", 1, 3, null, 1)))
        .containsExactly(new Routing.Target.Outbox(3, Op.UPDATE));
    for (int partition : List.of(3, PARTITIONS)) {
      assertThat(change(Op.UPDATE, null, row(checkpoints, "shop", "sales", 2, partition, null, 2)))
          .isEmpty();
    }
    var refusals = new RowSchema(TableId.parse("tandem.refusal"), CHECKPOINTS.fields());
    assertThat(change(Op.INSERT, null, row(refusals, "shop", "sales", 2, PARTITIONS, null)))
        .isEmpty();
    var grown =
        new Routing(
            new MigrationPlan("shop", List.of(ShopTarget.plan(PARTITIONS).over(2, 3))),
            Side.TARGET);
    assertThat(grown.row(row(checkpoints, "shop", "sales", 2, 2, null, 2)))
        .containsExactly(new Routing.Target.Outbox(2, Op.INSERT));
    assertThat(grown.row(row(checkpoints, "shop", "sales", 1, 2, null, 1))).isEmpty();
    assertThat(grown.strands().name(2)).isEqualTo("sales.live.2/2");
  }

  @Test
  void shouldTruncateInEveryPartition() {
    assertThat(routing.change(truncation(), new Inserted())).hasSize(PARTITIONS);
  }

  private static CapturedChange truncation() {
    return new CapturedChange(Op.TRUNCATE, 1, Lsn.ZERO, 0, CUSTOMERS, null, null);
  }

  @Test
  void shouldRefuseWhatDoesNotSayWhereItBelongs() {
    for (var targets :
        List.of(
            change(Op.INSERT, null, row(CUSTOMERS, new Object[] {null})),
            change(Op.DELETE, row(CUSTOMERS, Row.UNKNOWN), null),
            change(Op.UPDATE, null, row(CHECKPOINTS, "shop", "sales", 1, PARTITIONS, null)))) {
      assertThat(targets).singleElement().isInstanceOf(Routing.Target.Refused.class);
    }
  }

  /// A foreign writer empties the column that decides the partition, and apply fills it again.
  @Test
  void shouldSeeARowGoAndComeWhoseOtherHalfCannotBePlaced() {
    Row nowhere = row(CUSTOMERS, new Object[] {null});
    assertThat(change(Op.UPDATE, row(CUSTOMERS, 7L), nowhere))
        .hasSize(2)
        .contains(to(7, Op.DELETE))
        .anyMatch(Routing.Target.Refused.class::isInstance);
    assertThat(change(Op.UPDATE, nowhere, row(CUSTOMERS, 7L)))
        .hasSize(2)
        .contains(to(7, Op.INSERT))
        .anyMatch(Routing.Target.Refused.class::isInstance);
  }

  @Test
  void shouldSweepTheTablesOfThePlanAndNeverTandemsOwn() {
    assertThat(routing.tables()).contains(CUSTOMER, ADDRESS, CHECKPOINT);
    assertThat(routing.swept()).contains(CUSTOMER, ADDRESS).doesNotContain(CHECKPOINT);
  }
}
