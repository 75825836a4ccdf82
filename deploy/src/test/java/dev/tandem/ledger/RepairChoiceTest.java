package dev.tandem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepairChoiceTest {
  @Test
  void shouldAskOnceForAnEntityHoweverMuchIsWrongWithIt() {
    var same = List.of(new KeyPart("itemId", "1"));
    var choice =
        RepairChoice.of(
            List.of(
                Events.of("1").entry(),
                Events.of("x").named(same).kind(Kind.LOST_WRITE).entry(),
                Events.of("2").entry()),
            Orphans.REPORT,
            10);
    assertThat(Events.ids(choice.requests())).containsExactly("1", "2");
    assertThat(choice.passedOver()).isEmpty();
    assertThat(choice.more()).isZero();
  }

  /// Two partitions have something open under one key: a row that somebody moved from one to the
  /// other. The one that knows it is asked, and the other does not delete it.
  @Test
  void shouldAskThePartitionThatKnowsTheKeyAndNotTheOther() {
    var same = List.of(new KeyPart("itemId", "1"));
    var stranger =
        Events.of("b").kind(Kind.UNEXPECTED).orphan().named(same).remedy(Divergence.BY_HAND);
    var home = Events.of("a").kind(Kind.FOREIGN_WRITE).named(same).partition(1);
    var choice = RepairChoice.of(List.of(stranger.entry(), home.entry()), Orphans.DELETE, 10);
    assertThat(Events.ids(choice.requests())).containsExactly("a");
    assertThat(choice.passedOver())
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("another partition's"));
  }

  @Test
  void shouldAskEachPartitionThatHasSomethingOpenUnderAKey() {
    var same = List.of(new KeyPart("itemId", "1"));
    var choice =
        RepairChoice.of(
            List.of(
                Events.of("a").named(same).entry(),
                Events.of("b").named(same).partition(1).entry()),
            Orphans.REPORT,
            10);
    assertThat(Events.ids(choice.requests())).containsExactly("a", "b");
  }

  @Test
  void shouldAskForNoMoreThanTheLimitAndSayWhatIsLeft() {
    var choice =
        RepairChoice.of(
            List.of(Events.of("1").entry(), Events.of("2").entry(), Events.of("3").entry()),
            Orphans.REPORT,
            2);
    assertThat(Events.ids(choice.requests())).containsExactly("1", "2");
    assertThat(choice.more()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNTRANSLATABLE")
  void shouldDeleteNothingUnlessOrphansMayBeDeleted(Kind kind) {
    var entry = Events.of("1").kind(kind).entry();
    boolean orphan = EnumSet.of(Kind.UNEXPECTED, Kind.DUPLICATE, Kind.GHOST).contains(kind);
    assertThat(RepairChoice.of(List.of(entry), Orphans.REPORT, 1).requests())
        .hasSize(orphan ? 0 : 1);
    assertThat(RepairChoice.of(List.of(entry), Orphans.REPORT, 1).passedOver())
        .hasSize(orphan ? 1 : 0);
    assertThat(RepairChoice.of(List.of(entry), Orphans.DELETE, 1).requests()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNTRANSLATABLE")
  void shouldTakeForAnOrphanWhatTheLegacySideDoesNotHave(Kind kind) {
    var entry = Events.of("1").kind(kind).orphan().entry();
    assertThat(RepairChoice.of(List.of(entry), Orphans.REPORT, 1).requests()).isEmpty();
    assertThat(RepairChoice.of(List.of(entry), Orphans.DELETE, 1).requests()).hasSize(1);
  }

  @Test
  void shouldNotAskForWhatNoRepairHelps() {
    var entry = Events.of("1").kind(Kind.UNTRANSLATABLE).entry();
    var choice = RepairChoice.of(List.of(entry), Orphans.DELETE, 1);
    assertThat(choice.requests()).isEmpty();
    assertThat(choice.passedOver())
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("correct the legacy row"));
  }

  @Test
  void shouldNotAskForWhatIsNotKnown() {
    var choice =
        RepairChoice.of(
            List.of(
                Events.of("1").entry(null), Events.of("2").named(List.of()).entry(new byte[] {1})),
            Orphans.DELETE,
            5);
    assertThat(choice.requests()).isEmpty();
    assertThat(choice.passedOver())
        .hasSize(2)
        .allSatisfy(it -> assertThat(it.reason()).contains("its key is not known"));
  }
}
