package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// A Java lens for tests: says a text loudly, and fails over secrets.
public final class ShoutLens implements CustomLens {
  @Override
  public String name() {
    return "shout";
  }

  @Override
  public Optional<String> refusal(List<Carrier> columns, Schema target) {
    return columns.equals(List.of(Carrier.TEXT))
        ? Optional.empty()
        : Optional.of("expected one text column, found " + columns);
  }

  @Override
  public Object get(List<@Nullable Object> values, Schema target) {
    String text = String.valueOf(values.getFirst());
    if (text.equals("secret")) {
      throw new IllegalStateException("cannot shout " + text);
    }
    return text.toUpperCase(Locale.ROOT) + "!";
  }

  @Override
  public boolean isNullable() {
    return false;
  }
}
