package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.setup.Setup;
import dev.tandem.setup.Step;
import dev.tandem.wire.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetUpReportTest {
  private static final MigrationPlan PLAN =
      new MigrationPlan(
          "shop", List.of(DomainPlan.first(new Topics("shop", "sales"), 2, "id", List.of())));

  @Test
  void shouldRefuseWhereATopicIsGoneThatSaidWhereCaptureStands() {
    assertThatThrownBy(() -> tell(gone("topic shop.offsets")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("topic shop.offsets: it existed before and is gone")
        .hasMessageContaining("fix: the fix");
  }

  /// Only a process that runs can fill another one from the outbox.
  @Test
  void shouldStartTheOtherDomainsWhereAContractTopicIsGone() {
    assertThatCode(() -> tell(gone("topic shop.sales.contract"))).doesNotThrowAnyException();
    assertThatCode(() -> tell(gone("topic shop.sales.contract.2"))).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseAContractTopicThatIsThereAndWrong() {
    var wrong =
        Step.refused(
            Step.Place.KAFKA,
            "topic shop.sales.contract",
            "expected 2 partitions, found 1",
            "the fix");
    assertThatThrownBy(() -> tell(wrong)).isInstanceOf(RefusedException.class);
  }

  private static Step gone(String name) {
    return Step.refused(
        Step.Place.KAFKA, name, "it existed before and is gone (a trace): a loss", "the fix");
  }

  private static void tell(Step amiss) {
    new SetUpReport(PLAN).tell(new Setup.FirstStart.SetUpBefore("a trace", List.of(amiss)));
  }
}
