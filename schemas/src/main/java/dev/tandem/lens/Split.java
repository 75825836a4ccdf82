package dev.tandem.lens;

import java.util.ArrayList;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{split: column, at: " ", part: 0}`: one part of a text that a separator divides; parts count
/// from 0, or from the end with -1. A part that is not there is null.
record Split(Input input, Schema output, String at, int part) implements OneColumn {
  @Override
  public @Nullable Object convert(Object value) {
    String text = input.text(value);
    if (part == 0) {
      int end = text.indexOf(at);
      return end < 0 ? text : text.substring(0, end);
    }
    var parts = new ArrayList<String>();
    int from = 0;
    for (int end = text.indexOf(at); end >= 0; end = text.indexOf(at, from)) {
      parts.add(text.substring(from, end));
      from = end + at.length();
    }
    parts.add(text.substring(from));
    int index = part < 0 ? parts.size() + part : part;
    return index < 0 || index >= parts.size() ? null : parts.get(index);
  }

  /// Only the first and the last part of a text are always there.
  @Override
  public boolean nullable() {
    return input.nullable() || (part != 0 && part != -1);
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Lossy("the other parts of " + input.column());
  }
}
