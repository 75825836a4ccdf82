package dev.tandem.lens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// `{record: {street: str1, city: town}}`: a record of the contract from columns of the same row,
/// each field with a lens of its own.
record Nested(Fields fields) implements Lens {
  @Override
  public List<Input> inputs() {
    return fields.inputs();
  }

  @Override
  public Schema output() {
    return fields.schema();
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Object get(Cells cells) {
    return fields.get(cells);
  }

  @Override
  public Inverse inverse() {
    var lost = fields.losses();
    if (!lost.isEmpty()) {
      return new Inverse.Lossy(String.join("; ", lost.stream().map(Loss::what).toList()));
    }
    return new Inverse.Exact(value -> put((GenericRecord) value));
  }

  private @Nullable Object[] put(@Nullable GenericRecord record) {
    var values = new ArrayList<@Nullable Object>();
    for (Fields.Field field : fields.fields()) {
      if (field.lens().inverse() instanceof Inverse.Exact exact) {
        Object value = record == null ? null : record.get(field.position());
        values.addAll(Arrays.asList(exact.put().columns(value)));
      }
    }
    return values.toArray();
  }
}
