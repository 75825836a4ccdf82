package dev.tandem.lens;

import dev.tandem.contract.OptionalSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/// `{java: name, from: [columns]}`: what a [CustomLens] makes of the columns; a result that is not
/// of the contract's type refuses the row.
record Custom(CustomLens code, List<Input> inputs, Schema output) implements Lens {
  Custom {
    inputs = List.copyOf(inputs);
  }

  @Override
  public boolean nullable() {
    return code.isNullable();
  }

  @Override
  public @Nullable Object get(Cells cells) {
    var values = new ArrayList<@Nullable Object>(inputs.size());
    for (Input input : inputs) {
      values.add(cells.value(input));
    }
    Object made = run(Collections.unmodifiableList(values));
    return made == null ? checkedNull() : checked(made);
  }

  private @Nullable Object run(List<@Nullable Object> values) {
    try {
      return code.get(values, output);
    } catch (RuntimeException e) {
      throw new Refused(
          "the Java lens " + code.name() + " failed with " + e.getClass().getSimpleName());
    }
  }

  private @Nullable Object checkedNull() {
    if (!code.isNullable()) {
      throw new Refused("the Java lens " + code.name() + " gave null, which it said it never does");
    }
    return null;
  }

  private Object checked(Object made) {
    if (output.getLogicalType() instanceof LogicalTypes.Decimal
        && made instanceof BigDecimal decimal) {
      return DecimalForm.of(output, Optional.empty()).fit(decimal);
    }
    if (!GenericData.get().validate(output, made)) {
      throw new Refused(
          "expected "
              + OptionalSchema.describe(output)
              + " from the Java lens "
              + code.name()
              + ", found another type");
    }
    return made;
  }

  @Override
  public Inverse inverse() {
    return code.inverse();
  }
}
