package dev.tandem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import dev.tandem.wire.Topics;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamelessLettersTest {
  private static final DomainPlan ITEMS =
      DomainPlan.first(new Topics("shop", "items"), 1, "id", List.of());
  private static final DomainPlan ORDERS =
      DomainPlan.first(new Topics("shop", "orders"), 1, "id", List.of());

  private static DeadLetter letter(Stage stage, byte @Nullable [] key) {
    return new DeadLetter(stage, "items", "Item", "t", 0, 7, "reason", "", key, null, 5);
  }

  private static List<Uncompared> uncompared(DeadLetter... taken) {
    var letters = new NamelessLetters();
    List.of(taken).forEach(letters::accept);
    return letters.among(List.of(ITEMS, ORDERS));
  }

  @Test
  void shouldCountWhatNobodyKnowsTheEntityOf() {
    assertThat(
            uncompared(
                letter(Stage.CAPTURE, null),
                letter(Stage.CAPTURE, new byte[] {1}),
                letter(Stage.TRANSLATE, null),
                letter(Stage.APPLY, new byte[0])))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.domain()).isEqualTo("items");
              assertThat(it.reason()).startsWith("4 dead letters do not say whose");
            });
  }

  @Test
  void shouldLeaveToTheLedgerWhatHasAKey() {
    assertThat(
            uncompared(
                letter(Stage.TRANSLATE, new byte[] {1}), letter(Stage.APPLY, new byte[] {1})))
        .isEmpty();
  }
}
