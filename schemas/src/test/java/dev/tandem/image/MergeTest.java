package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeTest {
  private static Row row(Carrier carrier, Object value) {
    var fields = List.of(new RowSchema.Field("note", carrier, false));
    return new Row(new RowSchema(new TableId("public", "t"), fields), new Object[] {value});
  }

  @Test
  void shouldFillWhatIsUnknownFromTheColumnOfThatName() {
    Row filled = Merge.fill(row(Carrier.TEXT, Row.UNKNOWN), row(Carrier.TEXT, "kept"));
    assertThat(filled.value("note")).isEqualTo("kept");
  }

  /// The column was retyped, and the log left its large value out.
  @Test
  void shouldLeaveUnknownWhatWasOfAnotherType() {
    Row filled = Merge.fill(row(Carrier.BYTES, Row.UNKNOWN), row(Carrier.TEXT, "kept"));
    assertThat(filled.value("note")).isSameAs(Row.UNKNOWN);
  }
}
