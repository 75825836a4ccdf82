package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.bench.ScalingModel.Assumptions;
import dev.tandem.bench.ScalingModel.Needs;
import dev.tandem.bench.ScalingModel.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingModelTest {
  private static Point point(int threads, double perSecond) {
    return new Point(threads, perSecond, 20, 5);
  }

  /// As a process does of whose work a share is serial.
  private static Point amdahl(int threads, double serial) {
    return point(threads, 10_000 / (serial + (1 - serial) / threads));
  }

  @Test
  void shouldFindTheShareThatIsSerial() {
    for (double serial : new double[] {0, 0.1, 0.5, 1}) {
      var points = List.of(amdahl(1, serial), amdahl(2, serial), amdahl(4, serial));
      var model = ScalingModel.fit("translate", points, 4);
      assertThat(model.serialShare()).isCloseTo(serial, within(1e-9));
      assertThat(model.perProcess(4)).isCloseTo(points.getLast().perSecond(), within(1e-6));
    }
  }

  @Test
  void shouldNotBlameTheProgramForCoresThatAreNotThere() {
    var points = List.of(amdahl(1, 0.2), amdahl(2, 0.2), point(4, amdahl(2, 0.2).perSecond()));
    assertThat(ScalingModel.fit("translate", points, 2).serialShare()).isCloseTo(0.2, within(1e-9));
    assertThat(ScalingModel.fit("translate", points, 4).serialShare()).isGreaterThan(0.3);
  }

  @Test
  void shouldTakeMoreThanTwiceAsFastForTwice() {
    var points = List.of(point(1, 10_000), point(2, 25_000));
    assertThat(ScalingModel.fit("translate", points, 2).serialShare()).isZero();
  }

  @Test
  void shouldSayWhatARateNeeds() {
    var model = new ScalingModel("translate", 10_000, 0, 20, 5);
    var half = new Assumptions(0.5, 4, 3, 16);
    // 1,000,000 / (4 * 10,000 * 0.5); 20 s and 3 * 5 s of processor time in each second, by half.
    assertThat(model.at(1e6, half)).isEqualTo(new Needs(200, 50, 40, 2));
    // Of four threads 1.6 do what is not serial: 1,000,000 / (16,000 * 0.5).
    var serial = new ScalingModel("translate", 10_000, 0.5, 20, 5);
    assertThat(serial.at(1e6, half)).isEqualTo(new Needs(500, 125, 40, 2));
  }

  @Test
  void shouldWantAMeasurementOfOneThread() {
    assertThatThrownBy(() -> ScalingModel.fit("translate", List.of(point(2, 1)), 2))
        .hasMessageContaining("one thread");
  }
}
