package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptMarksTest {
  private static final TableId OLD = TableId.parse("public.z_old");
  private static final TableId NEW = TableId.parse("public.a_new");
  private final MemoryBytes store = new MemoryBytes();

  private static TableId now(TableId table) {
    return table.equals(OLD) ? NEW : table;
  }

  /// Truncated, renamed, truncated again, and started anew each time.
  @Test
  void shouldRememberTheLastTruncationWhateverTheTableWasCalled() {
    var before = new KeptMarks(store, Set.of(OLD), table -> table);
    before.baseline(OLD);
    before.truncated(OLD, new Merge.Author(1, 10));
    new KeptMarks(store, Set.of(NEW), KeptMarksTest::now).truncated(NEW, new Merge.Author(1, 20));
    var again = new KeptMarks(store, Set.of(NEW), KeptMarksTest::now);
    assertThat(again.hasBaselines()).isTrue();
    assertThat(again.hides(NEW, 1, Snapshot.parse("15:15:"))).isTrue();
    assertThat(again.hides(NEW, 1, Snapshot.parse("25:25:"))).isFalse();
    again.forget(1, Snapshot.parse("30:30:"));
    again.renew(Set.of(NEW));
    assertThat(store.size()).isZero();
  }

  /// As a program left them that did not move marks to the new name.
  @Test
  void shouldTakeTheLaterOfTwoTruncationsThatAreKeptUnderTwoNames() {
    var first = new KeptMarks(store, Set.of(OLD), table -> table);
    first.truncated(OLD, new Merge.Author(1, 10));
    first.truncated(NEW, new Merge.Author(1, 20));
    for (int start = 0; start < 2; start++) {
      var marks = new KeptMarks(store, Set.of(NEW), KeptMarksTest::now);
      assertThat(marks.hides(NEW, 1, Snapshot.parse("15:15:"))).isTrue();
    }
  }
}
