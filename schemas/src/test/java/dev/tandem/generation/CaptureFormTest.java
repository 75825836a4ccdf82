package dev.tandem.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What has to be the same in two specs that run side by side. Of whole specs it is shown where a
/// domain is given another mapping.
class CaptureFormTest {
  private static DomainPlan domain(String name, int partitions, String partitionBy) {
    return DomainPlan.first(new Topics("shop", name), partitions, partitionBy, List.of());
  }

  private static MigrationPlan plan(DomainPlan... domains) {
    return new MigrationPlan("shop", List.of(domains));
  }

  @Test
  void shouldNameEveryDifference() {
    var live = plan(domain("sales", 2, "id"), domain("stock", 1, "id"));
    assertThat(CaptureForm.differences(live, live)).isEmpty();
    assertThat(
            CaptureForm.differences(live, plan(domain("sales", 3, "no"), domain("more", 1, "id"))))
        .containsExactly(
            "domain sales: partition-by: expected id, found no",
            "domain sales: partitions: expected 2, found 3",
            "domain stock is missing",
            "domain more is new, and not captured");
    assertThat(CaptureForm.differences(live, new MigrationPlan("other", live.domains())))
        .containsExactly("expected a spec of migration shop, found other");
  }

  @Test
  void shouldLeaveOutTheNumberOfPartitionsOfADomainThatIsToHaveAnother() {
    var live = plan(domain("sales", 2, "id"), domain("stock", 1, "id"));
    var other = plan(domain("sales", 7, "no"), domain("stock", 3, "id"));
    assertThat(CaptureForm.differences(live, other, "sales"))
        .containsExactly(
            "domain sales: partition-by: expected id, found no",
            "domain stock: partitions: expected 1, found 3");
    var grown = plan(domain("sales", 7, "id"), domain("stock", 1, "id"));
    assertThat(CaptureForm.unpartitionedDigest(grown))
        .isEqualTo(CaptureForm.unpartitionedDigest(live))
        .isNotEqualTo(CaptureForm.unpartitionedDigest(other))
        .isNotEqualTo(CaptureForm.digest(grown));
  }

  @Test
  void shouldHaveOneDigestForOneForm() {
    String digest = CaptureForm.digest(plan(domain("sales", 2, "id")));
    assertThat(CaptureForm.digest(plan(domain("sales", 2, "id").beside(4)))).isEqualTo(digest);
    assertThat(CaptureForm.digest(plan(domain("sales", 3, "id")))).isNotEqualTo(digest);
    assertThat(CaptureForm.digest(plan(domain("sales", 2, "id"), domain("more", 2, "id"))))
        .as("with one more domain")
        .isNotEqualTo(digest);
  }
}
