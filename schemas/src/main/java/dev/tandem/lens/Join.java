package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{join: [a, b], with: " "}`: the texts of several columns with a separator between them. NULLs
/// are left out; all NULL is null.
///
/// It is exact, and may be part of a key, where no column can be NULL and at most one of them can
/// hold the separator.
record Join(List<Input> inputs, Schema output, String with) implements Lens {
  Join {
    inputs = List.copyOf(inputs);
  }

  @Override
  public boolean nullable() {
    return inputs.stream().allMatch(Input::nullable);
  }

  @Override
  public @Nullable Object get(Cells cells) {
    StringBuilder joined = null;
    for (Input input : inputs) {
      Object value = cells.value(input);
      if (value != null) {
        if (joined == null) {
          joined = new StringBuilder();
        } else {
          joined.append(with);
        }
        joined.append(input.text(value));
      }
    }
    return joined == null ? null : joined.toString();
  }

  @Override
  public Inverse inverse() {
    int free = free();
    return injective() && inputs.stream().noneMatch(Join::isRewritten)
        ? new Inverse.Exact(value -> value == null ? nulls() : cut((String) value, free))
        : new Inverse.Lossy(
            "where " + String.join(", ", inputs.stream().map(Input::column).toList()) + " ended");
  }

  @Override
  public boolean injective() {
    return inputs.stream().noneMatch(Input::nullable)
        && (inputs.size() == 1
            || (!with.isEmpty() && inputs.stream().filter(this::mayHold).count() <= 1));
  }

  /// The one column that may hold the separator, or the last.
  private int free() {
    for (int i = 0; i < inputs.size(); i++) {
      if (mayHold(inputs.get(i))) {
        return i;
      }
    }
    return inputs.size() - 1;
  }

  /// Whether the column's texts can hold the separator, or a part of it at their end.
  private boolean mayHold(Input input) {
    return switch (input.carrier()) {
      case INT, LONG -> with.chars().anyMatch(c -> "-0123456789".indexOf(c) >= 0);
      case UUID -> with.chars().anyMatch(c -> "-0123456789abcdef".indexOf(c) >= 0);
      case BOOLEAN -> with.chars().anyMatch(c -> "truefalse".indexOf(c) >= 0);
      case NUMERIC -> with.chars().anyMatch(c -> "-.0123456789NaIinfty".indexOf(c) >= 0);
      default -> true;
    };
  }

  /// Whether [Input#text] is not the value itself.
  private static boolean isRewritten(Input input) {
    return input.carrier() == Carrier.NUMERIC;
  }

  private @Nullable Object[] nulls() {
    return new @Nullable Object[inputs.size()];
  }

  /// Cuts the columns before the free one off the start, and those after it off the end.
  private @Nullable Object[] cut(String text, int free) {
    var values = new @Nullable Object[inputs.size()];
    int from = 0;
    int to = text.length();
    for (int i = 0; i < free; i++) {
      int end = text.indexOf(with, from);
      values[i] = value(inputs.get(i), text.substring(from, end));
      from = end + with.length();
    }
    for (int i = inputs.size() - 1; i > free; i--) {
      int start = text.lastIndexOf(with, to - with.length());
      values[i] = value(inputs.get(i), text.substring(start + with.length(), to));
      to = start;
    }
    values[free] = value(inputs.get(free), text.substring(from, to));
    return values;
  }

  private static Object value(Input input, String text) {
    return switch (input.carrier()) {
      case INT -> Integer.valueOf(text);
      case LONG -> Long.valueOf(text);
      case BOOLEAN -> Boolean.valueOf(text);
      default -> text;
    };
  }
}
