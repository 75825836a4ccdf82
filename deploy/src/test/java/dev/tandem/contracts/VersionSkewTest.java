package dev.tandem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.contracts.VersionSkew.InFlight;
import dev.tandem.contracts.VersionSkew.InTarget;
import dev.tandem.generation.Generation.State;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VersionSkewTest {
  private static InTarget rows(int generation, State state, int version) {
    return new InTarget("crm", "Customer", generation, state, OptionalInt.of(version));
  }

  private static InFlight flight(String tenant, int version, long records) {
    return new InFlight("crm", "Customer", 1, OptionalInt.of(version), tenant, records);
  }

  @Test
  void shouldTellTheVersionsInTheTargetTogetherWithThoseInFlight() {
    var skew =
        new VersionSkew(
            List.of(rows(1, State.LIVE, 3), rows(2, State.BUILDING, 4)),
            List.of(flight("acme", 3, 5)),
            List.of());
    assertThat(skew.versions())
        .containsEntry(new VersionSkew.Of("crm", "Customer"), Set.of(3, 4))
        .hasSize(1);
  }

  @Test
  void shouldShowNoVersionWhereNoneIsKnown() {
    var unknown = new InTarget("crm", "Order", 1, State.LIVE, OptionalInt.empty());
    assertThat(new VersionSkew(List.of(unknown), List.of(), List.of()).versions())
        .containsEntry(new VersionSkew.Of("crm", "Order"), Set.of());
  }

  @Test
  void shouldNameTheTenantsWithMostInFlightAndPutAllOthersTogether() {
    var skew =
        new VersionSkew(
            List.of(),
            List.of(
                flight("quiet", 3, 1),
                flight("loud", 3, 2),
                flight("loud", 4, 9),
                flight("silent", 3, 1)),
            List.of());
    assertThat(skew.naming(1).flight())
        .containsExactly(
            flight(VersionSkew.OTHERS, 3, 2), flight("loud", 3, 2), flight("loud", 4, 9));
    assertThat(skew.naming(3).flight()).hasSize(4);
  }
}
