package dev.tandem.lens;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{trim: column, empty: null}`: text without the white space around it; `empty: null` makes null
/// of what is empty then (`empty: keep` is the default).
record Trim(Input input, Schema output, Empty empty) implements OneColumn {
  /// What becomes of a text without a character.
  enum Empty {
    KEEP,
    NULL
  }

  @Override
  public @Nullable Object convert(Object value) {
    String trimmed = ((String) value).strip();
    return trimmed.isEmpty() && empty == Empty.NULL ? null : trimmed;
  }

  @Override
  public boolean nullable() {
    return input.nullable() || empty == Empty.NULL;
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Lossy("the white space around " + input.column());
  }
}
