package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.ReplicationSlot;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.table.TableId;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContinuityTest {
  private static final TableId T = new TableId("public", "t");
  private static final CaptureNames NAMES = new CaptureNames("shop");
  private static final Lsn END = new Lsn(1000);
  private static final ServerIdentity SERVER = new ServerIdentity("7000", 1, "legacy");

  @Test
  void shouldGoOnWhereTheSlotWasConfirmed() {
    assertThat(judge(slot(100), 120L)).isEqualTo(new Continuity.Proven(new Lsn(100)));
    assertThat(judge(slot(100), 100L)).isEqualTo(new Continuity.Proven(new Lsn(100)));
  }

  @Test
  void shouldSayTheRangeWhenTheSlotMovedPastWhatIsProven() {
    assertThat(judge(slot(200), 120L))
        .isInstanceOfSatisfying(
            Continuity.Lost.class,
            lost -> {
              assertThat(lost.after()).isEqualTo(new Lsn(120));
              assertThat(lost.before()).isEqualTo(new Lsn(200));
              assertThat(lost.toString()).contains("0/78", "0/C8", "--new-epoch");
            });
  }

  /// A copy of its disk was put back: slot, system identifier and timeline are those of before.
  @Test
  void shouldNotGoOnWhereTheLogEndsBeforeWhatKafkaHolds() {
    assertThat(judge(slot(100), 1000L)).isInstanceOf(Continuity.Proven.class);
    assertThat(judge(slot(100), 1001L))
        .isInstanceOfSatisfying(
            Continuity.Lost.class,
            lost ->
                assertThat(lost.toString())
                    .contains("0/3E9", "its log ends at 0/3E8", "restored", "--new-epoch"));
  }

  @Test
  void shouldSayThatADroppedSlotHasLostChanges() {
    assertThat(judge(null, 120L)).isInstanceOf(Continuity.Lost.class);
  }

  @Test
  void shouldAskForSetUpWhereThereHasNeverBeenASlot() {
    assertThat(judge(null, null)).isInstanceOf(Continuity.NotSetUp.class);
  }

  @Test
  void shouldSayThatAnInvalidatedSlotHasLostChanges() {
    var slot = new ReplicationSlot("s", "pgoutput", "legacy", false, "lost", "", new Lsn(1));
    assertThat(judge(slot, 120L)).isInstanceOf(Continuity.Lost.class);
    assertThat(judge(slot, null)).isInstanceOf(Continuity.NotSetUp.class);
  }

  @Test
  void shouldNotGoOnOnAnotherServer() {
    var known = new Continuity.Known(new ServerIdentity("7001", 1, "legacy"), new Lsn(9), false);
    var facts = new Continuity.Facts(SERVER, slot(5), Set.of(T), END, null);
    assertThat(Continuity.judge(facts, NAMES, Set.of(T), known))
        .isInstanceOf(Continuity.Lost.class);
  }

  @Test
  void shouldGoOnAfterThePromotionOfAStandbyThatHadAllThatKafkaHas() {
    assertThat(promoted(2, 1, 9L, 9)).isInstanceOf(Continuity.Proven.class);
    assertThat(promoted(4, 1, 12L, 9)).isInstanceOf(Continuity.Proven.class);
  }

  @Test
  void shouldSayTheRangeThatAPromotedStandbyDidNotHave() {
    assertThat(promoted(2, 1, 8L, 9))
        .isInstanceOfSatisfying(
            Continuity.Lost.class,
            lost -> {
              assertThat(lost.after()).isEqualTo(new Lsn(8));
              assertThat(lost.before()).isEqualTo(new Lsn(9));
              assertThat(lost.toString()).contains("0/8", "0/9", "promoted", "--new-epoch");
            });
  }

  @Test
  void shouldNotGoOnWithAServerWhoseHistoryIsAnother() {
    assertThat(promoted(3, 2, null, 9)).isInstanceOf(Continuity.Lost.class);
    assertThat(promoted(1, 2, null, 9)).isInstanceOf(Continuity.Lost.class);
  }

  @Test
  void shouldNotGoOnAfterAPromotionInTheMiddleOfATransactionThatIsInKafkaInPart() {
    var known = new Continuity.Known(new ServerIdentity("7000", 1, "legacy"), new Lsn(9), true);
    var server = new ServerIdentity("7000", 2, "legacy");
    var facts = new Continuity.Facts(server, slot(5), Set.of(T), END, new Lsn(20));
    assertThat(Continuity.judge(facts, NAMES, Set.of(T), known).toString())
        .contains("while a transaction was being written");
    var same = new Continuity.Facts(known.server(), slot(5), Set.of(T), END, null);
    assertThat(Continuity.judge(same, NAMES, Set.of(T), known))
        .isInstanceOf(Continuity.Proven.class);
  }

  private static Continuity promoted(int now, int before, @Nullable Long left, long proven) {
    var known =
        new Continuity.Known(new ServerIdentity("7000", before, "legacy"), new Lsn(proven), false);
    var server = new ServerIdentity("7000", now, "legacy");
    var facts =
        new Continuity.Facts(server, slot(5), Set.of(T), END, left == null ? null : new Lsn(left));
    return Continuity.judge(facts, NAMES, Set.of(T), known);
  }

  @Test
  void shouldStandByWhileTheSlotIsHeld() {
    var held = new ReplicationSlot("s", "pgoutput", "legacy", true, "reserved", "", new Lsn(1));
    assertThat(judge(held, 120L)).isEqualTo(new Continuity.HeldByAnother());
  }

  @Test
  void shouldNameTheTablesThatAreNotPublished() {
    var facts = new Continuity.Facts(SERVER, slot(5), Set.of(), END, null);
    assertThat(Continuity.judge(facts, NAMES, Set.of(T), null).toString()).contains("public.t");
  }

  @Test
  void shouldRefuseASlotOfAnotherPluginOrDatabase() {
    var other = new ReplicationSlot("s", "wal2json", "legacy", false, "reserved", "", new Lsn(1));
    assertThat(judge(other, null).toString()).contains("wal2json");
  }

  private static Continuity judge(@Nullable ReplicationSlot slot, @Nullable Long proven) {
    var known = proven == null ? null : new Continuity.Known(SERVER, new Lsn(proven), false);
    var facts = new Continuity.Facts(SERVER, slot, Set.of(T), END, null);
    return Continuity.judge(facts, NAMES, Set.of(T), known);
  }

  private static ReplicationSlot slot(long confirmed) {
    return new ReplicationSlot(
        "s", "pgoutput", "legacy", false, "reserved", "", new Lsn(confirmed));
  }
}
