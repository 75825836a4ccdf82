package dev.tandem.lens;

import dev.tandem.contract.CanonicalText;
import dev.tandem.row.Row;
import java.util.Map;
import org.apache.avro.Schema;

/// Computes the canonical text of the `partition-by` value from rows of one table.
record PartitionLens(Lens lens, Schema schema, Binder binder) {
  String of(Row row) {
    Object value = lens.get(binder.cells(row, Map.of()));
    if (value == null) {
      throw new Refused("expected a value to partition by, found null");
    }
    return CanonicalText.of(schema, value);
  }
}
