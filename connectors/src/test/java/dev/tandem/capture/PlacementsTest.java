package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementsTest {
  private static final TableId TABLE = TableId.parse("crm.customer");
  private final Placements placements = new Placements(Map.of(TABLE, 100L));

  private static SweepProgress sweep(@Nullable String oldest) {
    return new SweepProgress(
        TABLE, "id", 1, 0, List.of(), oldest == null ? null : Snapshot.parse(oldest), 0, true);
  }

  @Test
  void shouldKnowASweepOfTheTableThatStoodThereBefore() {
    assertThat(placements.current(TABLE, sweep("100:100:"))).isNull();
    assertThat(placements.current(TABLE, sweep("90:120:100"))).isNull();
    assertThat(placements.current(TABLE, sweep(null))).isNull();
    assertThat(placements.current(TABLE, sweep("101:101:"))).isNotNull();
    assertThat(placements.isUnswept(TABLE, sweep("100:100:"))).isTrue();
    assertThat(placements.isUnswept(TABLE, sweep("101:101:"))).isFalse();
  }

  @Test
  void shouldLeaveTablesAloneThatAlwaysStoodThere() {
    var sweep = sweep("1:1:");
    assertThat(Placements.NONE.current(TABLE, sweep)).isSameAs(sweep);
    assertThat(Placements.NONE.isUnswept(TABLE, null)).isFalse();
  }
}
