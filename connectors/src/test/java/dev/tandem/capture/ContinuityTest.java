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
    var known =
        new CaptureState.Note.Source(new ServerIdentity("7001", 1, "legacy"), 1, new Lsn(9));
    var facts = new Continuity.Facts(SERVER, slot(5), Set.of(T));
    assertThat(Continuity.judge(facts, NAMES, Set.of(T), known))
        .isInstanceOf(Continuity.Lost.class);
  }

  @Test
  void shouldGoOnAfterAPromotion() {
    var known =
        new CaptureState.Note.Source(new ServerIdentity("7000", 0, "legacy"), 1, new Lsn(9));
    var facts = new Continuity.Facts(SERVER, slot(5), Set.of(T));
    assertThat(Continuity.judge(facts, NAMES, Set.of(T), known))
        .isInstanceOf(Continuity.Proven.class);
  }

  @Test
  void shouldStandByWhileTheSlotIsHeld() {
    var held = new ReplicationSlot("s", "pgoutput", "legacy", true, "reserved", "", new Lsn(1));
    assertThat(judge(held, 120L)).isEqualTo(new Continuity.HeldByAnother());
  }

  @Test
  void shouldNameTheTablesThatAreNotPublished() {
    var facts = new Continuity.Facts(SERVER, slot(5), Set.of());
    assertThat(Continuity.judge(facts, NAMES, Set.of(T), null).toString()).contains("public.t");
  }

  @Test
  void shouldRefuseASlotOfAnotherPluginOrDatabase() {
    var other = new ReplicationSlot("s", "wal2json", "legacy", false, "reserved", "", new Lsn(1));
    assertThat(judge(other, null).toString()).contains("wal2json");
  }

  private static Continuity judge(@Nullable ReplicationSlot slot, @Nullable Long proven) {
    var known = proven == null ? null : new CaptureState.Note.Source(SERVER, 1, new Lsn(proven));
    var facts = new Continuity.Facts(SERVER, slot, Set.of(T));
    return Continuity.judge(facts, NAMES, Set.of(T), known);
  }

  private static ReplicationSlot slot(long confirmed) {
    return new ReplicationSlot(
        "s", "pgoutput", "legacy", false, "reserved", "", new Lsn(confirmed));
  }
}
