package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.capture.TableDetail.Column;
import dev.tandem.capture.TableDetail.Difference;
import dev.tandem.table.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableDetailTest {
  private static final Column ID = column(1, "id", "integer", "INT");

  private static Column column(int number, String name, String type, String carrier) {
    return new Column(number, name, type, carrier, "", false, List.of());
  }

  private static Column filled(Column column, String digest, boolean stored) {
    return new Column(
        column.number(), column.name(), column.type(), column.carrier(), digest, stored, List.of());
  }

  private static List<String> changes(Column before, Column now) {
    return TableDetail.between(of(before), of(now)).stream().map(Difference::text).toList();
  }

  private static TableDetail of(Column... columns) {
    return new TableDetail(List.of(columns), List.of());
  }

  @Test
  void shouldTellALengthThatChangedAndNotATypeThatRowsShow() {
    assertThat(
            changes(
                column(1, "a", "numeric(8,2)", "NUMERIC"), column(1, "a", "numeric", "NUMERIC")))
        .containsExactly("column a changed from numeric(8,2) to numeric");
    assertThat(changes(ID, column(1, "id", "bigint", "LONG"))).isEmpty();
  }

  /// Renamed away and added again, dropped and added again, or two that have swapped their names.
  @Test
  void shouldTellANameThatAnotherColumnHasTaken() {
    Column name = column(2, "name", "text", "TEXT");
    Column old = column(2, "name_old", "text", "TEXT");
    Column again = column(3, "name", "text", "TEXT");
    for (TableDetail now : List.of(of(ID, old, again), of(ID, again))) {
      assertThat(TableDetail.between(of(ID, name), now))
          .singleElement()
          .satisfies(
              difference -> {
                assertThat(difference.column()).isEqualTo("name");
                assertThat(difference.text()).contains("another column has the name name");
              });
    }
    Column other = column(3, "other", "text", "TEXT");
    assertThat(
            TableDetail.between(
                of(name, other),
                of(column(2, "other", "text", "TEXT"), column(3, "name", "text", "TEXT"))))
        .hasSize(2);
  }

  @Test
  void shouldTellDefaultsThatCameChangedOrWent() {
    assertThat(changes(ID, filled(ID, "x", false))).containsExactly("default of column id added");
    assertThat(changes(filled(ID, "x", false), filled(ID, "y", false)))
        .containsExactly("default of column id changed");
    assertThat(changes(filled(ID, "x", false), ID)).containsExactly("default of column id dropped");
    assertThat(
            changes(filled(ID, "x", false), filled(column(1, "id", "bigint", "LONG"), "y", false)))
        .as("its text changes with the type")
        .isEmpty();
  }

  @Test
  void shouldLeaveColumnsThatCameWentOrWereRenamedToTheRowsUnlessOlderRowsHaveThem() {
    Column more = column(2, "more", "integer", "INT");
    assertThat(TableDetail.between(of(ID), of(ID, more))).isEmpty();
    assertThat(TableDetail.between(of(ID, more), of(ID))).isEmpty();
    assertThat(TableDetail.between(of(ID), of(ID, filled(more, "x", true)))).hasSize(1);
    Column other = filled(column(2, "other", "integer", "INT"), "x", true);
    assertThat(TableDetail.between(of(ID, filled(more, "x", true)), of(ID, other))).isEmpty();
  }

  @Test
  void shouldRememberWhatItLookedAtLast() {
    var mood = new Column(3, "mood", "mood", "TEXT", "", false, List.of("good", "bad"));
    var note =
        new Note.Detail(
            TableId.parse("public.t"),
            new TableDetail(List.of(filled(ID, "x", true), mood), List.of("public.t1")));
    assertThat(StateCodec.decode(StateCodec.key(note), StateCodec.value(note))).isEqualTo(note);
  }
}
