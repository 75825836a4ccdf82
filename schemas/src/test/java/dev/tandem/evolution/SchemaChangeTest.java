package dev.tandem.evolution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaChangeTest {
  private static final Table BEFORE = Club.MEMBERS;

  private static List<String> changes(Table now) {
    return SchemaChange.between(RowSchema.of(BEFORE), RowSchema.of(now)).stream()
        .map(SchemaChange::toString)
        .toList();
  }

  @Test
  void shouldSayNothingOfWhatIsTheSame() {
    assertThat(changes(BEFORE)).isEmpty();
  }

  @Test
  void shouldTellColumnsThatCameAndWent() {
    assertThat(changes(Club.with(BEFORE, "more", Club.TEXT)))
        .containsExactly("column more (text) added");
    assertThat(changes(Club.with(BEFORE, "unused"))).containsExactly("column unused (int) dropped");
  }

  @Test
  void shouldTakeARenamedColumnForOneDroppedAndOneAdded() {
    assertThat(changes(Club.with(Club.with(BEFORE, "name"), "label", Club.TEXT)))
        .containsExactly("column name (text) dropped", "column label (text) added");
  }

  @Test
  void shouldTellWiderTypesFromNarrowerAndOtherOnes() {
    assertThat(changes(Club.with(BEFORE, "points", Club.LONG)))
        .containsExactly("column points widened from int to long");
    var numbers = Club.with(BEFORE, "points", ColumnType.of("numeric", Carrier.NUMERIC));
    assertThat(SchemaChange.between(RowSchema.of(numbers), RowSchema.of(BEFORE)).toString())
        .isEqualTo("[column points narrowed from numeric to int]");
    assertThat(changes(Club.with(BEFORE, "points", Club.TEXT)))
        .containsExactly("column points retyped from int to text");
    assertThat(changes(Club.with(BEFORE, "points", new ColumnType("int[]", Carrier.INT, true))))
        .containsExactly("column points retyped from int to int array");
  }

  @Test
  void shouldTellAnotherKeyAndAnotherName() {
    assertThat(changes(Club.keyed(BEFORE, "no", "points")))
        .containsExactly("primary key changed from [no] to [no, points]");
    assertThat(changes(Club.called(BEFORE, new TableId("public", "members"))))
        .containsExactly("the table public.member is called public.members");
  }

  @Test
  void shouldNotTakeAColumnOfAFullIdentityForAnotherKey() {
    var before = new RowSchema.Key(List.of("no"), List.of("no", "name"));
    var now = new RowSchema.Key(List.of("no"), List.of("no", "name", "more"));
    var fields = RowSchema.of(BEFORE).fields();
    assertThat(
            SchemaChange.between(
                new RowSchema(BEFORE.id(), fields, before),
                new RowSchema(BEFORE.id(), fields, now)))
        .isEmpty();
    assertThat(
            SchemaChange.between(
                    new RowSchema(BEFORE.id(), fields, now),
                    new RowSchema(BEFORE.id(), fields, before))
                .toString())
        .isEqualTo("[replica identity changed from [no, name, more] to [no, name]]");
  }
}
