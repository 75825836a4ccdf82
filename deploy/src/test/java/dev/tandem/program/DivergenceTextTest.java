package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.answer.MomentText;
import dev.tandem.ledger.Events;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.KeyPart;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergenceTextTest {
  private static final DivergenceText TEXT =
      new DivergenceText(new TargetQuery(new MigrationPlan("shop", List.of())), 1);

  @Test
  void shouldLetNoValueSteerTheTerminal() {
    var entry =
        Events.of("1")
            .named(List.of(new KeyPart("itemId", "a\nb")))
            .differing(List.of(new FieldDifference("label", "\u001b[2J", "\u00e4")))
            .entry();
    assertThat(TEXT.open(List.of(entry)))
        .anySatisfy(line -> assertThat(line).contains("itemId=a\\u000ab"))
        .contains("    label: expected '\\u001b[2J', observed '\u00e4'");
    assertThat(DivergenceText.event(entry)).doesNotContain("\n");
  }

  @Test
  void shouldWriteTimesAtTheirScale() {
    assertThat(MomentText.length(85_400)).isEqualTo("85ms");
    assertThat(MomentText.length(1_230_000)).isEqualTo("1.2s");
    assertThat(MomentText.length(720_000_000)).isEqualTo("12.0m");
    assertThat(MomentText.of(0)).isEqualTo("-");
  }
}
