package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.List;
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
        .change(new CapturedChange(Op.UPDATE, 1, Lsn.ZERO, 0, SCHEMA, before, after));
  }

  private static Row row(int id, String owner) {
    return new Row(SCHEMA, new Object[] {id, owner});
  }

  @Test
  void shouldRefuseAChangeOfPartitionWhoseKeyStaysSinceTwoPartitionsWouldWriteOneRowC8() {
    assertThat(update("id", row(1, "a"), row(1, "b")))
        .singleElement()
        .isInstanceOf(Routing.Target.Refused.class);
  }

  @Test
  void shouldLetAnEntityLeaveAndEnterWhereItsKeyChangesWithThePartition() {
    assertThat(update("owner", row(1, "a"), row(1, "b")))
        .allMatch(target -> target instanceof Routing.Target.Outbox)
        .hasSize(2);
  }

  @Test
  void shouldPassAChangeThatStaysInItsPartition() {
    assertThat(update("id", row(1, "a"), row(1, "a")))
        .singleElement()
        .isInstanceOf(Routing.Target.Outbox.class);
  }
}
