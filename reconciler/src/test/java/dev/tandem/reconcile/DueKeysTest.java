package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.MemoryBytes;
import dev.tandem.image.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DueKeysTest {
  private final MemoryBytes store = new MemoryBytes();

  private static StateKey key(long number) {
    return new StateKey(new byte[] {(byte) number, (byte) (number >> 8), (byte) (number >> 16)});
  }

  private static List<Long> take(DueKeys due, long position) {
    var taken = new ArrayList<Long>();
    due.takeUpTo(position, Integer.MAX_VALUE, each -> taken.add(each.position()));
    return taken;
  }

  @Test
  void shouldNeverWriteWhatIsTakenBeforeItIsSaved() {
    var due = new DueKeys(store, 0);
    due.add(5, 7, key(1));
    assertThat(due.oldest()).isEqualTo(7);
    assertThat(take(due, 5)).containsExactly(5L);
    due.save();
    assertThat(store.size()).isZero();
    assertThat(due.oldest()).isZero();
  }

  @Test
  void shouldKeepTwoSetsOfOneStoreApart() {
    var one = new DueKeys(store, 0);
    var other = new DueKeys(store, 1);
    one.add(1, 1, key(1));
    other.add(2, 1, key(2));
    one.save();
    other.save();
    assertThat(take(new DueKeys(store, 0), 9)).containsExactly(1L);
    assertThat(take(new DueKeys(store, 1), 9)).containsExactly(2L);
  }

  /// More than fits into memory, saved, restarted and taken at random: each comes once, in order.
  @Test
  void shouldGiveBackEachOnceAndInOrderHoweverManyWait() {
    var random = new Random(7);
    var due = new DueKeys(store, 0);
    long added = 0;
    long expected = 0;
    for (int round = 0; round < 60; round++) {
      for (int i = random.nextInt(20_000); i > 0; i--) {
        due.add(added, 1, key(added));
        added++;
      }
      if (random.nextBoolean()) {
        due.save();
      }
      if (random.nextInt(5) == 0) {
        due.save();
        due = new DueKeys(store, 0);
      }
      assertThat(due.size()).isEqualTo(added - expected);
      long to = round > 50 ? added : expected + random.nextInt(8_000);
      for (long position : take(due, to)) {
        assertThat(position).isEqualTo(expected++);
      }
    }
    assertThat(expected).isEqualTo(added);
    due.save();
    assertThat(store.size()).isZero();
  }
}
