package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.MinuteLimit.Word;
import dev.tandem.plan.PoisonLimit;
import dev.tandem.table.TableId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LetterBudgetTest {
  private static final TableId TABLE = TableId.parse("public.t");
  private Instant now = Instant.parse("2026-11-27T10:00:05Z");

  private LetterBudget budget(int first, int second) {
    var entity = TestPlan.entity(TABLE, "id");
    return new LetterBudget(
        List.of(
            TestPlan.domain("a", 1, entity).limited(new PoisonLimit(first)),
            TestPlan.domain("b", 1, entity).limited(new PoisonLimit(second))),
        () -> now);
  }

  private static List<Word> take(LetterBudget budget, int domain, int times) {
    return Stream.generate(() -> budget.take(domain)).limit(times).toList();
  }

  @Test
  void shouldHaveTheLastLetterOfAMinuteSaySoAndLeaveOutTheRest() {
    var budget = budget(2, 1);
    assertThat(take(budget, 0, 4))
        .containsExactly(Word.WRITE, Word.WRITE_AS_LAST, Word.LEAVE_OUT, Word.LEAVE_OUT);
    assertThat(take(budget, 1, 2)).containsExactly(Word.WRITE_AS_LAST, Word.LEAVE_OUT);
    assertThat(budget.last(0))
        .startsWith("more dead letters of changes in the log than 2 in this minute");
  }

  @Test
  void shouldBeginAnewWithEachMinuteWhateverTheClockDoes() {
    var budget = budget(2, 2);
    take(budget, 0, 3);
    now = now.plusSeconds(54);
    assertThat(budget.take(0)).isEqualTo(Word.LEAVE_OUT);
    now = now.plusSeconds(1);
    assertThat(take(budget, 0, 3)).containsExactly(Word.WRITE, Word.WRITE_AS_LAST, Word.LEAVE_OUT);
    now = now.minusSeconds(3_600);
    assertThat(budget.take(0)).isEqualTo(Word.WRITE);
  }
}
