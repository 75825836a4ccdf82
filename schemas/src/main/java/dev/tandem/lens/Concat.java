package dev.tandem.lens;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{concat: [phone1, phone2, other_phones]}`: one list of the values of several columns, in their
/// order; an array column gives its elements. NULLs are left out; all NULL is the empty list.
///
/// @param conversions of the values of each column
record Concat(List<Input> inputs, Schema output, List<Conversion> conversions) implements Lens {
  Concat {
    inputs = List.copyOf(inputs);
    conversions = List.copyOf(conversions);
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Object get(Cells cells) {
    var list = new ArrayList<Object>();
    for (int i = 0; i < inputs.size(); i++) {
      Object value = cells.value(inputs.get(i));
      for (Object element : elements(value)) {
        if (element != null) {
          list.add(conversions.get(i).to().apply(element));
        }
      }
    }
    return list;
  }

  private static Collection<?> elements(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case Collection<?> elements -> elements;
      default -> List.of(value);
    };
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Lossy(
        "which of "
            + String.join(", ", inputs.stream().map(Input::column).toList())
            + " held which element");
  }
}
