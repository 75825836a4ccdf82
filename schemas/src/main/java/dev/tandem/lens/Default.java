package dev.tandem.lens;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{default: {of: column or lens, value: text}}`: what another lens yields, and a fixed value
/// where that is null.
record Default(Lens of, Object value) implements Lens {
  @Override
  public List<Input> inputs() {
    return of.inputs();
  }

  @Override
  public Schema output() {
    return of.output();
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public @Nullable Object get(Cells cells) {
    Object found = of.get(cells);
    return found == null ? value : found;
  }

  @Override
  public Inverse inverse() {
    return of.nullable()
        ? new Inverse.Lossy(
            "whether "
                + String.join(", ", inputs().stream().map(Input::column).toList())
                + " was NULL")
        : of.inverse();
  }

  @Override
  public boolean injective() {
    return !of.nullable() && of.injective();
  }
}
