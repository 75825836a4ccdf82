package dev.tandem.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Provenance.ByChange;
import dev.tandem.position.Provenance.BySweep;
import dev.tandem.position.Visibility.Decision;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VisibilityTest {
  private static final Snapshot SNAPSHOT = Snapshot.parse("100:110:100,105");

  @Test
  void shouldTakeWhateverArrivesFirst() {
    assertThat(Visibility.change(null, 1, 7)).isEqualTo(Decision.TAKE);
    assertThat(Visibility.swept(null, 1, SNAPSHOT)).isEqualTo(Decision.TAKE);
  }

  @Test
  void shouldDropAChangeThatTheSweepSaw() {
    assertThat(Visibility.change(new BySweep(1, SNAPSHOT), 1, 104)).isEqualTo(Decision.DROP);
  }

  @Test
  void shouldTakeAChangeThatWasRunningWhenTheSweepRead() {
    assertThat(Visibility.change(new BySweep(1, SNAPSHOT), 1, 105)).isEqualTo(Decision.TAKE);
    assertThat(Visibility.change(new BySweep(1, SNAPSHOT), 1, 110)).isEqualTo(Decision.TAKE);
  }

  @Test
  void shouldTakeEveryChangeAfterAChange() {
    assertThat(Visibility.change(new ByChange(1, 105), 1, 104)).isEqualTo(Decision.TAKE);
  }

  @Test
  void shouldOnlyFillFromASweepThatDidNotSeeTheLastChange() {
    assertThat(Visibility.swept(new ByChange(1, 105), 1, SNAPSHOT)).isEqualTo(Decision.FILL);
    assertThat(Visibility.swept(new ByChange(1, 104), 1, SNAPSHOT)).isEqualTo(Decision.TAKE);
  }

  @Test
  void shouldKeepTheNewerOfTwoSweeps() {
    var newer = Snapshot.parse("106:112:");
    assertThat(Visibility.swept(new BySweep(1, SNAPSHOT), 1, newer)).isEqualTo(Decision.TAKE);
    assertThat(Visibility.swept(new BySweep(1, newer), 1, SNAPSHOT)).isEqualTo(Decision.DROP);
  }

  /// C14: a server that lost transactions starts an epoch; what its sweep reads wins over what only
  /// the old one had.
  @Test
  void shouldLetANewerEpochWinWhateverTheIdsSay_C14() {
    assertThat(Visibility.swept(new ByChange(1, 1005), 2, Snapshot.parse("1001:1001:")))
        .isEqualTo(Decision.TAKE);
    assertThat(Visibility.change(new BySweep(2, SNAPSHOT), 1, 120)).isEqualTo(Decision.DROP);
    assertThat(Visibility.change(new BySweep(1, SNAPSHOT), 2, 7)).isEqualTo(Decision.TAKE);
  }

  /// C9: transaction 725 is open; a standby's snapshot says `725:727:` with an empty list.
  @Test
  void shouldTakeAChangeThatWasRunningWhenASnapshotWasTakenInRecovery_C9() {
    var standby = Snapshot.parse("725:727:");
    assertThat(Visibility.change(new BySweep(1, standby), 1, 725))
        .as("what goes wrong if the list is believed")
        .isEqualTo(Decision.DROP);
    assertThat(Visibility.change(new BySweep(1, standby.takenInRecovery()), 1, 725))
        .isEqualTo(Decision.TAKE);
    assertThat(standby.takenInRecovery().sees(724)).isTrue();
  }

  private static Snapshot random(SplittableRandom random) {
    long xmin = random.nextLong(1, 12);
    long xmax = xmin + random.nextLong(0, 8);
    long[] running =
        random.longs(3, 1, 20).filter(xid -> xid >= xmin && xid < xmax).distinct().toArray();
    return new Snapshot(xmin, xmax, running);
  }

  @Test
  void shouldIncludeASnapshotExactlyIfItSeesAllThatTheOtherSaw() {
    for (int seed = 0; seed < 20_000; seed++) {
      var source = new SplittableRandom(seed);
      Snapshot one = random(source);
      Snapshot other = random(source);
      boolean all = true;
      for (long xid = 0; xid < 40; xid++) {
        all &= !other.sees(xid) || one.sees(xid);
      }
      assertThat(one.includes(other))
          .as("seed %s: %s includes %s", seed, one, other)
          .isEqualTo(all);
      assertThat(one.includes(one)).as("seed %s: %s includes itself", seed, one).isTrue();
    }
  }

  @Test
  void shouldReadWhatItPrints() {
    for (int seed = 0; seed < 100; seed++) {
      Snapshot snapshot = random(new SplittableRandom(seed));
      assertThat(Snapshot.parse(snapshot.toString())).isEqualTo(snapshot);
    }
  }
}
