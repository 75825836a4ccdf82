package dev.tandem.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.invariant.Invariant.Match;
import dev.tandem.invariant.Result.Cell;
import dev.tandem.invariant.Result.Column;
import dev.tandem.invariant.Result.Kind;
import dev.tandem.invariant.Result.Row;
import dev.tandem.invariant.ResultRule.Difference;
import dev.tandem.invariant.ResultRule.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResultRuleTest {
  private static final long SEED =
      Long.getLong("tandem.seed", new Random().nextLong() & 0xFFFF_FFFFL);
  private static final List<Column> COLUMNS =
      List.of(
          new Column("tenant", Kind.TEXT, "text"),
          new Column("count", Kind.NUMBER, "int8"),
          new Column("total", Kind.NUMBER, "numeric"));
  private static final Match BY_TENANT = new Match(1, BigDecimal.ZERO);

  private static Row row(@Nullable String... values) {
    var cells = new ArrayList<Cell>();
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      cells.add(value == null ? new Cell.Null() : Result.cell(COLUMNS.get(i).kind(), value));
    }
    return new Row(cells);
  }

  private static Result result(Row... rows) {
    return new Result(COLUMNS, Arrays.asList(rows));
  }

  private static Verdict compare(Result legacy, Result target, Match match) {
    return ResultRule.compare(legacy, target, match);
  }

  @Test
  void shouldCompareNumbersByValueWhateverTheOrderOfRows() {
    assertThat(
            compare(
                result(row("a", "1", "1"), row("b", "2", "0.50")),
                result(row("b", "2", "0.5000"), row("a", "1", "1.00")),
                Match.WHOLE))
        .isEqualTo(new Verdict.Equal(2));
  }

  @Test
  void shouldTakeNullForNullAlone() {
    assertThat(compare(result(row("a", "0", null)), result(row("a", "0", null)), BY_TENANT))
        .isEqualTo(new Verdict.Equal(1));
    assertThat(compare(result(row("a", "0", null)), result(row("a", "0", "0")), BY_TENANT))
        .isInstanceOf(Verdict.Different.class);
  }

  @Test
  void shouldCountHowOftenARowIsMoreOnOneSideWhereRowsAreComparedWhole() {
    Row twice = row("a", "1", "1");
    Row other = row("b", "1", "1");
    assertThat(compare(result(twice, twice, twice), result(twice, other), Match.WHOLE))
        .isEqualTo(
            new Verdict.Different(
                3,
                List.of(new Difference.LegacyOnly(twice, 2), new Difference.TargetOnly(other, 1))));
  }

  @Test
  void shouldSayWhichColumnsOfAKeyDiffer() {
    assertThat(
            compare(
                result(row("a", "1", "10"), row("b", "1", "1")),
                result(row("a", "1", "11"), row("c", "1", "1")),
                BY_TENANT))
        .isEqualTo(
            new Verdict.Different(
                2,
                List.of(
                    new Difference.Unequal(row("a", "1", "10"), row("a", "1", "11"), List.of(2)),
                    new Difference.LegacyOnly(row("b", "1", "1"), 1),
                    new Difference.TargetOnly(row("c", "1", "1"), 1))));
  }

  @Test
  void shouldLetNumbersDifferByTheToleranceAndNoMore() {
    var cents = new Match(1, new BigDecimal("0.01"));
    Result legacy = result(row("a", "1", "10.00"));
    assertThat(compare(legacy, result(row("a", "1", "10.01")), cents))
        .isEqualTo(new Verdict.Equal(1));
    assertThat(compare(legacy, result(row("a", "1", "10.011")), cents))
        .isInstanceOf(Verdict.Different.class);
  }

  @Test
  void shouldCompareNothingWhereAKeyComesTwice() {
    Result twice = result(row("a", "1", "1"), row("a", "2", "2"));
    assertThat(compare(result(), twice, BY_TENANT))
        .isInstanceOfSatisfying(
            Verdict.Incomparable.class,
            it -> assertThat(it.reason()).contains("two rows of one key in the target"));
  }

  @Test
  void shouldRefuseColumnsThatCannotBeCompared() {
    List<Column> text = List.of(new Column("n", Kind.TEXT, "text"));
    List<Column> number = List.of(new Column("n", Kind.NUMBER, "int4"));
    List<Column> date = List.of(new Column("d", Kind.OTHER, "date"));
    List<Column> moment = List.of(new Column("d", Kind.OTHER, "timestamptz"));
    assertThat(ResultRule.flaw(text, number, Match.WHOLE)).hasValueSatisfying(has("cast"));
    assertThat(ResultRule.flaw(date, moment, Match.WHOLE)).hasValueSatisfying(has("timestamptz"));
    assertThat(ResultRule.flaw(COLUMNS, text, Match.WHOLE)).hasValueSatisfying(has("3"));
    assertThat(ResultRule.flaw(text, text, new Match(2, BigDecimal.ZERO)))
        .hasValueSatisfying(has("at most 1"));
    assertThat(ResultRule.flaw(date, date, Match.WHOLE)).isEmpty();
  }

  private static Consumer<String> has(String words) {
    return text -> assertThat(text).contains(words);
  }

  /// Two results are equal if one is a shuffled copy of the other, and are not once a row is left
  /// out, doubled or changed; what is said then is what was done.
  @Test
  void shouldFindEveryChangeOfAShuffledCopyAndNothingElse() {
    var random = new Random(SEED);
    for (int round = 0; round < 5_000; round++) {
      var rows = new ArrayList<Row>();
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        rows.add(row("t" + random.nextInt(4), "" + random.nextInt(3), "1." + random.nextInt(3)));
      }
      var copy = new ArrayList<>(rows);
      Collections.shuffle(copy, random);
      Result legacy = result(rows.toArray(Row[]::new));
      assertThat(compare(legacy, result(copy.toArray(Row[]::new)), Match.WHOLE))
          .as("seed %d", SEED)
          .isEqualTo(new Verdict.Equal(rows.size()));
      Row gone = copy.removeLast();
      assertThat(compare(legacy, result(copy.toArray(Row[]::new)), Match.WHOLE))
          .as("seed %d", SEED)
          .isEqualTo(
              new Verdict.Different(rows.size(), List.of(new Difference.LegacyOnly(gone, 1))));
      Row strange = row("strange", "1", "1");
      copy.add(strange);
      assertThat(compare(legacy, result(copy.toArray(Row[]::new)), Match.WHOLE))
          .isInstanceOfSatisfying(
              Verdict.Different.class,
              it ->
                  assertThat(it.differences())
                      .as("seed %d", SEED)
                      .containsExactlyInAnyOrder(
                          new Difference.LegacyOnly(gone, 1),
                          new Difference.TargetOnly(strange, 1)));
    }
  }
}
