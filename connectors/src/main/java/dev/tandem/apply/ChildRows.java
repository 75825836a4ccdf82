package dev.tandem.apply;

import dev.tandem.apply.EntityTables.ChildTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// The rows of a child table that a batch of entities asks for.
///
/// Of two entities that list a row of one key the later has it: the row moved. Two such rows within
/// one entity contradict each other.
final class ChildRows {
  private ChildRows() {}

  /// @throws ContradictionException if an entity lists two rows of one key
  static RowArrays of(ChildTable child, List<Change> changes) {
    int[] key =
        child.sql().key().stream().mapToInt(k -> child.sql().columns().indexOf(k)).toArray();
    var rows = new ArrayList<@Nullable Object[]>();
    var places = new HashMap<List<Object>, Integer>();
    for (Change change : changes) {
      int first = rows.size();
      for (@Nullable Object[] row : rows(child, change)) {
        Integer earlier =
            key.length == 0 ? null : places.put(RowArrays.comparable(row, key), rows.size());
        if (earlier != null && earlier >= first) {
          throw new ContradictionException(
              "two rows of list "
                  + change.entity().mapping().contract().getFields().get(child.field()).name()
                  + " have one key of "
                  + child.sql().table());
        }
        rows.add(row);
        if (earlier != null) {
          rows.set(earlier, null);
        }
      }
    }
    var arrays = new RowArrays(child.sql().columns());
    rows.stream().filter(java.util.Objects::nonNull).forEach(arrays::add);
    return arrays;
  }

  static RowArrays keys(ChildTable child, RowArrays rows) {
    var keys = new RowArrays(child.sql().key());
    int[] at = child.sql().key().stream().mapToInt(k -> child.sql().columns().indexOf(k)).toArray();
    for (int row = 0; row < rows.size(); row++) {
      var key = new Object[at.length];
      for (int i = 0; i < at.length; i++) {
        key[i] = rows.value(row, at[i]);
      }
      keys.add(key);
    }
    return keys;
  }

  /// The rows of one entity, in the list's order.
  static List<@Nullable Object[]> rows(ChildTable child, Change change) {
    var rows = new ArrayList<@Nullable Object[]>();
    if (ContractValue.of(change).get(child.field()) instanceof Collection<?> list) {
      for (Object element : list) {
        var row = new Object[child.sql().columns().size()];
        int column = 0;
        for (ColumnBinding parent : child.parent()) {
          row[column++] = parent.read(change.key());
        }
        for (ColumnBinding own : child.own()) {
          row[column++] = own.read((IndexedRecord) element);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /// Content that contradicts itself: an error of kind DATA.
  static final class ContradictionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ContradictionException(String message) {
      super(message);
    }
  }
}
