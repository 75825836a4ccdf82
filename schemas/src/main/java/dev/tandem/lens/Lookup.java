package dev.tandem.lens;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{lookup: column, values: {A: ACTIVE, I: INACTIVE}, default: UNKNOWN}`: a table from texts of
/// the column to contract values (text, enum symbols, numbers, booleans). A value that is not
/// listed gives the default, or refuses the row; NULL stays null.
///
/// @param values by the column's text, without padding
record Lookup(Input input, Schema output, Map<String, Object> values, Optional<Object> otherwise)
    implements OneColumn {
  Lookup {
    values = Map.copyOf(values);
  }

  @Override
  public @Nullable Object convert(Object value) {
    Object found = values.get(input.text(value));
    if (found != null) {
      return found;
    }
    return otherwise.orElseThrow(
        () ->
            new Refused(
                "expected one of the "
                    + values.size()
                    + " values listed for column "
                    + input.column()
                    + ", found another"));
  }

  @Override
  public Inverse inverse() {
    if (!injective()) {
      return new Inverse.Lossy("which of the values with one meaning " + input.column() + " held");
    }
    Map<Object, Object> back = new HashMap<>();
    values.forEach((text, value) -> back.put(value, carried(text)));
    return OneColumn.exact(
        value -> {
          Object text = back.get(value);
          if (text == null) {
            throw new Refused("expected a value that the lookup gives, found another");
          }
          return text;
        });
  }

  @Override
  public boolean injective() {
    return otherwise.isEmpty() && new HashSet<>(values.values()).size() == values.size();
  }

  /// The column's value of a listed text. A numeric keeps the text that was listed.
  private Object carried(String text) {
    return switch (input.carrier()) {
      case INT -> Integer.valueOf(text);
      case LONG -> Long.valueOf(text);
      case BOOLEAN -> Boolean.valueOf(text);
      default -> text;
    };
  }
}
