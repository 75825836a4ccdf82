package dev.tandem.lens;

import dev.tandem.row.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{each: addresses, map: {street: str1}, order: seq}`: a list with one element for each row of a
/// child list, in the order of the child's key or of a declared column (NULLs last; equal ones in
/// the order of the key). `of: column` instead of `map` makes a list of single values.
///
/// @param item yields one element from a child row
/// @param order the child's column to order by
record Each(String list, Schema output, Lens item, Binder binder, Optional<Input> order)
    implements Lens {
  @Override
  public List<Input> inputs() {
    return List.of();
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Object get(Cells cells) {
    List<Row> rows = cells.rows(list);
    var items = new ArrayList<@Nullable Object>(rows.size());
    if (order.isEmpty() || rows.size() < 2) {
      for (Row row : rows) {
        items.add(item.get(binder.cells(row, Map.of())));
      }
      return items;
    }
    var ordered = new ArrayList<Cells>(rows.size());
    for (Row row : rows) {
      ordered.add(binder.cells(row, Map.of()));
    }
    ordered.sort(by(order.get()));
    for (Cells row : ordered) {
      items.add(item.get(row));
    }
    return items;
  }

  private static Comparator<Cells> by(Input column) {
    return (a, b) -> Ordering.of(column.carrier(), a.value(column), b.value(column));
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Lossy(
        "the rows of " + list + ", but for the columns that are mapped without loss");
  }

  @Override
  public boolean injective() {
    return false;
  }
}
