package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureState.Load;
import dev.tandem.position.Snapshot;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoadsTest {
  private static final TableId T = new TableId("public", "t");
  private static final Load FIRST = new Load(Load.FIRST, T);
  private static final Load SECOND = new Load("d.outbox.2", T);
  private static final OutboxEntry OLD = entry("shop.d.outbox", 0);
  private static final OutboxEntry NEW = entry("shop.d.outbox.2", 6);
  private static final OutboxEntry OTHERS = entry("shop.e.outbox", 0);
  private static final OutboxEntry LETTER = entry("shop.dead-letter", -1);
  private static final List<OutboxEntry> ALL = List.of(OLD, NEW, OTHERS, LETTER);

  private static OutboxEntry entry(String topic, int partition) {
    return new OutboxEntry(topic, partition, new byte[0]);
  }

  @Test
  void shouldLoadEachLaterOutboxByItselfAndAllOthersTogether() {
    var d = TestPlan.domain("d", 4, TestPlan.entity(T, "id"));
    var e = TestPlan.domain("e", 1, TestPlan.entity(T, "id"));
    var loads = Loads.of(TestPlan.of(d, d.over(2, 7), e), Side.LEGACY, Set.of(T));
    assertThat(loads.all()).containsExactly(FIRST, SECOND);
    assertThat(loads.later()).containsExactly("d.outbox.2");
    assertThat(loads.meant(FIRST, ALL)).containsExactly(OLD, OTHERS, LETTER);
    assertThat(loads.meant(SECOND, ALL)).as("letters were written before").containsExactly(NEW);
  }

  @Test
  void shouldLoadTheLaterOneAloneOnceTheFirstIsGone() {
    var d = TestPlan.domain("d", 7, TestPlan.entity(T, "id")).over(2, 7);
    var loads = Loads.of(TestPlan.of(d), Side.LEGACY, Set.of(T));
    assertThat(loads.all()).containsExactly(SECOND);
    assertThat(loads.meant(SECOND, ALL)).containsExactly(NEW, LETTER);
    assertThat(Loads.of(d)).isEqualTo("d.outbox.2");
  }

  @Test
  void shouldSayAnewWhatHasToBeVisibleUntilAPageOfALaterOutboxIsWritten() {
    var begun = new SweepProgress(T, "s", 1, 0, List.of(), null, 5, false);
    var read = new SweepProgress(T, "s", 1, 0, List.of(), Snapshot.parse("9:9:"), 5, false);
    assertThat(Loads.isUnread(SECOND, null)).isTrue();
    assertThat(Loads.isUnread(SECOND, begun)).isTrue();
    assertThat(Loads.isUnread(SECOND, read)).isFalse();
    assertThat(Loads.isUnread(FIRST, null)).isFalse();
  }

  @Test
  void shouldSweepTheTargetOnceForWhateverIsObservedOfIt() {
    var d = TestPlan.domain("d", 7, TestPlan.entity(T, "id")).over(2, 7);
    var loads = Loads.of(TestPlan.of(d), Side.TARGET, Set.of(T));
    assertThat(loads.all()).containsExactly(FIRST);
    assertThat(loads.later()).isEmpty();
    assertThat(loads.meant(FIRST, ALL)).isEqualTo(ALL);
  }
}
