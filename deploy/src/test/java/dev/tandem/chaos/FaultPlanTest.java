package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final int ALL = 64;

  @Test
  void shouldBeTheSameForASeed() {
    assertThat(FaultPlan.of(7, 3, ALL)).isEqualTo(FaultPlan.of(7, 3, ALL));
    assertThat(FaultPlan.of(7, 3, ALL)).isNotEqualTo(FaultPlan.of(8, 3, ALL));
  }

  @Test
  void shouldHaveEveryFaultThatThereIs() {
    assertThat(FaultPlan.of(7, 3, ALL).faults()).hasSize(ALL);
    assertThat(
            FaultPlan.of(7, 3, ALL).faults().stream()
                .map(Object::getClass)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
  }

  @Test
  void shouldHaveARowInTheTableOfFaultsForEach() throws IOException {
    var rows = Files.readAllLines(Path.of("docs", "faults.md"));
    for (long seed = 0; seed < 20; seed++) {
      for (Fault fault : FaultPlan.of(seed, 3, ALL).faults()) {
        assertThat(rows)
            .as(fault.kind())
            .anyMatch(
                row -> row.startsWith("| " + fault.row() + " |") && row.contains("`ChaosTest`"));
      }
    }
  }
}
