package dev.tandem.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.invariant.PrefixRule.Bounds;
import dev.tandem.invariant.PrefixRule.Captured;
import dev.tandem.invariant.PrefixRule.Prefix;
import dev.tandem.invariant.PrefixRule.Seen;
import dev.tandem.invariant.PrefixRule.Stretch;
import dev.tandem.position.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PrefixRuleTest {
  private static final long SEED =
      Long.getLong("tandem.seed", new Random().nextLong() & 0xFFFF_FFFFL);

  private static final Captured FIRST = new Captured(1, 100, 7, 9);
  private static final Captured SECOND = new Captured(1, 90, 10, 10);

  private static Prefix prefix(String snapshot, Captured... transactions) {
    return PrefixRule.of(
        new Stretch(12, List.of(transactions)), new Seen(1, Snapshot.parse(snapshot)));
  }

  @Test
  void shouldLetTheTargetStandAnywhereWhereNothingWasCaptured() {
    assertThat(prefix("1:1:")).isEqualTo(new Prefix.At(new Bounds(PrefixRule.NONE, 11)));
  }

  @Test
  void shouldAskForTheEndOfTheLastTransactionThatTheSnapshotSaw() {
    assertThat(prefix("101:101:", FIRST, SECOND)).isEqualTo(new Prefix.At(new Bounds(10, 11)));
  }

  @Test
  void shouldEndBeforeTheFirstTransactionThatTheSnapshotDidNotSee() {
    assertThat(prefix("90:101:90", FIRST, SECOND)).isEqualTo(new Prefix.At(new Bounds(9, 9)));
    assertThat(prefix("90:90:", FIRST, SECOND))
        .isEqualTo(new Prefix.At(new Bounds(PrefixRule.NONE, 6)));
  }

  @Test
  void shouldFindNoPositionWhereACapturedTransactionWasNotVisibleYet() {
    assertThat(prefix("91:101:100", FIRST, SECOND)).isEqualTo(new Prefix.Broken(100, 90));
  }

  /// Ids start again with an epoch.
  @Test
  void shouldTakeATransactionOfAnEarlierEpochForSeenAndOneOfALaterForUnseen() {
    var before = new Captured(0, 5000, 7, 7);
    var after = new Captured(2, 3, 9, 9);
    assertThat(prefix("100:100:", before, after)).isEqualTo(new Prefix.At(new Bounds(7, 8)));
  }

  /// What the rule promises: whoever has applied the transactions that end up to a watermark within
  /// the bounds has applied just those that the snapshot saw; where it finds none, no watermark is
  /// right.
  @Test
  void shouldAllowJustTheWatermarksAtWhichTheTargetHoldsWhatTheSnapshotSaw() {
    var random = new Random(SEED);
    int broken = 0;
    for (int round = 0; round < 20_000; round++) {
      Stretch stretch = stretch(random);
      Snapshot snapshot = snapshot(random);
      Set<Captured> seen =
          stretch.transactions().stream()
              .filter(each -> snapshot.sees(each.xid()))
              .collect(Collectors.toSet());
      Set<Long> right =
          LongStream.range(-1, stretch.end())
              .filter(watermark -> applied(stretch, watermark).equals(seen))
              .filter(watermark -> isWhole(stretch, watermark))
              .boxed()
              .collect(Collectors.toSet());
      switch (PrefixRule.of(stretch, new Seen(1, snapshot))) {
        case Prefix.At(var bounds) ->
            assertThat(
                    LongStream.range(-1, stretch.end())
                        .filter(bounds::hold)
                        .filter(watermark -> isWhole(stretch, watermark))
                        .boxed()
                        .collect(Collectors.toSet()))
                .as("seed %d, %s, %s", SEED, stretch, snapshot)
                .isEqualTo(right)
                .isNotEmpty();
        case Prefix.Broken _ -> {
          broken++;
          assertThat(right).as("seed %d, %s, %s", SEED, stretch, snapshot).isEmpty();
        }
      }
    }
    assertThat(broken).isBetween(1000, 19_000);
  }

  private static Set<Captured> applied(Stretch stretch, long watermark) {
    return stretch.transactions().stream()
        .filter(each -> each.last() <= watermark)
        .collect(Collectors.toSet());
  }

  /// A watermark stands at no offset within a transaction.
  private static boolean isWhole(Stretch stretch, long watermark) {
    return stretch.transactions().stream()
        .noneMatch(each -> each.first() <= watermark && watermark < each.last());
  }

  private static Stretch stretch(Random random) {
    var transactions = new ArrayList<Captured>();
    var xids = new HashSet<Long>();
    long offset = random.nextInt(3);
    for (int i = random.nextInt(6); i > 0; i--) {
      long xid = 100L + random.nextInt(12);
      if (xids.add(xid)) {
        long last = offset + random.nextInt(3);
        transactions.add(new Captured(1, xid, offset, last));
        offset = last + 1 + random.nextInt(3);
      }
    }
    return new Stretch(offset, transactions);
  }

  private static Snapshot snapshot(Random random) {
    long xmin = 100L + random.nextInt(10);
    long xmax = xmin + random.nextInt(6);
    long[] running = LongStream.range(xmin, xmax).filter(_ -> random.nextInt(3) == 0).toArray();
    return new Snapshot(xmin, xmax, running);
  }
}
