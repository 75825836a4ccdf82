package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static dev.tandem.translate.Shop.customer;
import static dev.tandem.translate.Shop.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord.Op;
import org.junit.jupiter.api.Test;

/// An update of a key whose log leaves out a large value, since that is unchanged.
class KeyUpdateTest {
  private final Partition partition = Partition.withBaselines();

  private void move(long xid, int from, int to, Object note) {
    Row before = only(customer(from, "x"), "no");
    Row after = customer(to, "C" + to, "Ann", note);
    partition.feed(last(change(Op.UPDATE, xid, before, after)));
  }

  @Test
  void shouldTakeTheValueFromTheRowUnderItsOldKey() {
    partition.insert(10, customer(1, "C1", "Ann", "long"));
    partition.take();
    move(11, 1, 2, Row.UNKNOWN);
    assertThat(partition.taken())
        .hasSize(2)
        .anySatisfy(text -> assertThat(text).startsWith("DELETE").contains("C1"))
        .anySatisfy(text -> assertThat(text).startsWith("UPSERT").contains("C2", "long"));
    assertThat(partition.parked).isZero();
  }

  @Test
  void shouldSayWhichValueIsMissingWhereTheRowComesFromAnotherPartition() {
    partition.insert(10, customer(2, "C2", "Ann", Row.UNKNOWN));
    assertThat(partition.taken()).isEmpty();
    assertThat(partition.refusals)
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.reason())
                  .contains("cust.note", "ALTER TABLE", "REPLICA IDENTITY FULL", "tandem backfill")
                  .doesNotContain("Ann");
              assertThat(refusal.key()).isNotNull();
            });
    partition.swept(Snapshot.parse("11:11:"), customer(2, "C2", "Ann", "long"));
    assertThat(partition.taken()).singleElement().asString().contains("long");
  }
}
