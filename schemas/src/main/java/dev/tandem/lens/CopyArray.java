package dev.tandem.lens;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `field: column` of an array column: every element as [Copy] would copy it, in its order. A null
/// element needs a contract array whose elements may be null.
record CopyArray(Input input, Schema output, Conversion conversion) implements Lens {
  @Override
  public List<Input> inputs() {
    return List.of(input);
  }

  @Override
  public boolean nullable() {
    return input.nullable();
  }

  @Override
  public @Nullable Object get(Cells cells) {
    var elements = (List<?>) cells.value(input);
    if (elements == null) {
      return null;
    }
    var copied = new ArrayList<@Nullable Object>(elements.size());
    for (Object element : elements) {
      if (element == null && !output.getElementType().isNullable()) {
        throw new Refused("expected no null element in column " + input.column() + ", found one");
      }
      copied.add(element == null ? null : conversion.to().apply(element));
    }
    return copied;
  }

  @Override
  public Inverse inverse() {
    if (conversion.back().isEmpty()) {
      return new Inverse.Lossy(conversion.lost() + " of " + input.column());
    }
    var back = conversion.back().get();
    return OneColumn.exact(
        value -> {
          var elements = new ArrayList<@Nullable Object>();
          for (Object element : (List<?>) value) {
            elements.add(element == null ? null : back.apply(element));
          }
          return elements;
        });
  }
}
