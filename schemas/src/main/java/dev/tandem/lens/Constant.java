package dev.tandem.lens;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{constant: value}`: the same value for every row. Nothing is read, so nothing is lost.
record Constant(Schema output, @Nullable Object value) implements Lens {
  @Override
  public List<Input> inputs() {
    return List.of();
  }

  @Override
  public boolean nullable() {
    return value == null;
  }

  @Override
  public @Nullable Object get(Cells cells) {
    return value;
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Exact(_ -> new @Nullable Object[0]);
  }

  /// A key of constants alone has no columns, and is refused for that.
  @Override
  public boolean injective() {
    return true;
  }
}
