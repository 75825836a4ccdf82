package dev.tandem.reconcile;

import static dev.tandem.reconcile.Driven.legacyOrder;
import static dev.tandem.reconcile.Driven.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.MemoryBytes;
import dev.tandem.image.Placement;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who is told of a row that a sweep meets as it was kept.
class SweptAgainTest {
  private final List<Integer> told = new ArrayList<>();
  private int next;

  private ImageFeed feed(TableUses tables) {
    var feed =
        new ImageFeed(
            new ImageFeed.Setting(tables, new Placement.Here(0, 1), Set.of(), 10),
            MemoryBytes.image(),
            new ImageFeed.Listener() {
              @Override
              public void ended(List<StateKey> aggregates, End end) {
                told.add(aggregates.size());
              }

              @Override
              public void refused(EntityPlan entity, MappingException reason) {
                throw reason;
              }
            });
    feed.scan(_ -> {});
    return feed;
  }

  private void sweep(ImageFeed feed, Row row, Purpose purpose) {
    var snapshot = Snapshot.parse((10 + next) + ":" + (10 + next) + ":");
    feed.accept(next++, new Swept(1, snapshot, 5, row, purpose));
  }

  @Test
  void shouldLookAtARowOfTheTargetAgainOnlyIfItIsAnother() {
    var feed = feed(TableUses.ofTarget(Shop.PLAN));
    sweep(feed, order(1, "A"), Purpose.LOAD);
    sweep(feed, order(1, "A"), Purpose.LOAD);
    sweep(feed, order(1, "B"), Purpose.LOAD);
    assertThat(told).containsExactly(1, 0, 1);
  }

  /// Translation may have been able to make nothing of it when it was given.
  @Test
  void shouldGiveALegacyRowAnewInABackfillAndNotInAVerification() {
    var feed = feed(TableUses.ofLegacy(Shop.PLAN));
    sweep(feed, legacyOrder(1, "A"), Purpose.LOAD);
    sweep(feed, legacyOrder(1, "A"), Purpose.LOAD);
    sweep(feed, legacyOrder(1, "A"), Purpose.VERIFICATION);
    assertThat(told).containsExactly(1, 1, 0);
  }
}
