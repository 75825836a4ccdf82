package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LateTest {
  private static final StateKey A = new StateKey(new byte[] {0, 0, 1});
  private static final StateKey B = new StateKey(new byte[] {0, 0, 2});
  private final MemoryBytes store = new MemoryBytes();
  private long now = 1_000_000;
  private Late late = started();

  private Late started() {
    return new Late(store, 3, () -> now);
  }

  private static LoadedAggregate of(StateKey key, int rows) {
    var row = new Kept(new Provenance.ByChange(1, 5), null, new byte[1]);
    var list = IntStream.range(1, rows).mapToObj(_ -> row).toList();
    return new LoadedAggregate(key, row, list.isEmpty() ? Map.of() : Map.of(1, list));
  }

  private void restart() {
    late.save();
    late = started();
  }

  @Test
  void shouldPutNothingOffOfASmallAggregate() {
    late.turn(of(A, Late.FEW - 1));
    assertThat(late.putsOff(A)).isFalse();
    assertThat(late.isEmpty()).isTrue();
  }

  @Test
  void shouldPutALargeAggregateOffForAsLongAsTenTurnsOfItTake() {
    assertThat(late.putsOff(A)).as("before its first turn").isFalse();
    late.turn(of(A, 2_000));
    now += 40;
    assertThat(late.putsOff(A)).isTrue();
    assertThat(late.putsOff(B)).isFalse();
    now += 99;
    assertThat(late.isDue()).isFalse();
    now += 1;
    assertThat(late.isDue()).isTrue();
    assertThat(late.takeAll()).containsExactly(A);
    assertThat(late.isEmpty()).isTrue();
    assertThat(late.isDue()).isFalse();
  }

  @Test
  void shouldGiveAnAggregateItsTurnAtOnceWhenTheLastIsLongAgo() {
    late.turn(of(A, 2_000));
    now += 100;
    assertThat(late.putsOff(A)).isFalse();
  }

  /// Each waits for what the turns of all take: else many of them would have turns all the time.
  @Test
  void shouldWaitForTheTurnsOfAllWhoWait() {
    late.turn(of(A, 2_000));
    late.turn(of(B, 4_000));
    assertThat(late.putsOff(A)).isTrue();
    assertThat(late.putsOff(B)).isTrue();
    now += 299;
    assertThat(late.isDue()).isFalse();
    now += 1;
    assertThat(late.isDue()).isTrue();
    assertThat(late.takeAll()).containsExactly(A, B);
  }

  @Test
  void shouldLetNobodyWaitForLongerThanFiveSeconds() {
    late.turn(of(A, 300_000));
    assertThat(late.putsOff(A)).isTrue();
    now += 5_000;
    assertThat(late.isDue()).isTrue();
  }

  @Test
  void shouldNotWaitAnyMoreOnceItHadItsTurnForAnotherReason() {
    late.turn(of(A, 2_000));
    assertThat(late.putsOff(A)).isTrue();
    late.turn(of(A, 2_000));
    assertThat(late.isEmpty()).isTrue();
    restart();
    assertThat(late.isEmpty()).isTrue();
  }

  @Test
  void shouldRememberWhoWaitsAndGiveHimHisTurnSoonAfterARestart() {
    late.turn(of(A, 2_000));
    late.turn(of(B, 2_000));
    assertThat(late.putsOff(A)).isTrue();
    assertThat(late.putsOff(B)).isTrue();
    restart();
    late.turn(of(B, 2_000));
    restart();
    assertThat(late.isDue()).isTrue();
    assertThat(late.takeAll()).containsExactly(A);
    restart();
    assertThat(late.isEmpty()).isTrue();
  }

  /// A row each 50 microseconds, a row of a turn each 5.
  @Test
  void shouldSpendNoMoreThanATenthOfTheTimeOnTurnsHoweverLargeTheAggregate() {
    var share = new ArrayList<Double>();
    for (int size : List.of(1_000, 10_000, 100_000)) {
      long turned = 0;
      for (int rows = 1; rows <= size; rows++) {
        now += rows % 20 == 0 ? 1 : 0;
        if (late.isDue()) {
          late.takeAll();
          late.turn(of(A, rows));
          turned += rows;
        }
        if (!late.putsOff(A)) {
          late.turn(of(A, rows));
          turned += rows;
        }
      }
      share.add(turned * 5.0 / (size * 50.0));
      now += 10_000;
      late = new Late(new MemoryBytes(), 3, () -> now);
    }
    assertThat(share).allMatch(part -> part < 0.25);
  }

  @Test
  void shouldPutNothingOffByAClockThatFlies() {
    var flying = new Late(store, 3, Late.none());
    flying.turn(of(A, 300_000));
    assertThat(flying.putsOff(A)).isFalse();
  }
}
