package dev.tandem.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a table's catalog says that no row shows: lengths and scales, defaults, the values of
/// enums, and which partitions there are. Pure.
///
/// @param columns in the order of their numbers
/// @param partitions their names, at every depth
record TableDetail(List<Column> columns, List<String> partitions) {
  /// @param number that PostgreSQL knows it by, which stays when it is renamed
  /// @param type as `format_type` prints it
  /// @param carrier in which its values travel, as a text; empty if they cannot
  /// @param filled a digest of its default; empty where it has none
  /// @param stored whether rows that were there before the column have its default without being
  ///     written
  /// @param values of an enum, in their order; none of another type
  record Column(
      int number,
      String name,
      String type,
      String carrier,
      String filled,
      boolean stored,
      List<String> values) {
    Column {
      values = List.copyOf(values);
    }
  }

  /// @param column that it is about; empty where it is about the table
  record Difference(String column, String text) {}

  TableDetail {
    columns = List.copyOf(columns);
    partitions = List.copyOf(partitions);
  }

  /// In what `now` differs. What rows show is left out: columns that came or went, unless one took
  /// the name of another, and types whose values travel otherwise.
  static List<Difference> between(TableDetail before, TableDetail now) {
    var found = new ArrayList<Difference>();
    for (Column column : now.columns) {
      Column was = before.numbered(column.number);
      Column namesake = before.named(column.name);
      if (namesake != null && namesake.number != column.number) {
        replaced(column, found);
      } else if (was == null) {
        came(column, found);
      } else {
        changed(was, column, found);
      }
    }
    for (String name : added(before.partitions, now.partitions)) {
      found.add(new Difference("", "partition " + name + " attached"));
    }
    for (String name : added(now.partitions, before.partitions)) {
      found.add(new Difference("", "partition " + name + " detached"));
    }
    return found;
  }

  private @Nullable Column numbered(int number) {
    return columns.stream().filter(each -> each.number == number).findFirst().orElse(null);
  }

  private @Nullable Column named(String name) {
    return columns.stream().filter(each -> each.name.equals(name)).findFirst().orElse(null);
  }

  /// Rows come with the name as before, and their values are those of another column.
  private static void replaced(Column column, List<Difference> found) {
    found.add(
        new Difference(
            column.name,
            "another column has the name "
                + column.name
                + " than before: what is read under it is of that one from now on"));
  }

  private static void came(Column column, List<Difference> found) {
    if (column.stored || !column.filled.isEmpty()) {
      found.add(
          new Difference(
              column.name,
              "column "
                  + column.name
                  + " added with a default, which rows of before may have without being captured"));
    }
  }

  private static void changed(Column was, Column now, List<Difference> found) {
    boolean retyped = !was.type.equals(now.type);
    if (retyped && was.carrier.equals(now.carrier)) {
      found.add(
          new Difference(
              now.name, "column " + now.name + " changed from " + was.type + " to " + now.type));
    }
    if (was.filled.isEmpty() && !now.filled.isEmpty()) {
      found.add(new Difference(now.name, "default of column " + now.name + " added"));
    } else if (!was.filled.isEmpty() && now.filled.isEmpty()) {
      found.add(new Difference(now.name, "default of column " + now.name + " dropped"));
    } else if (!retyped && !was.filled.equals(now.filled)) {
      found.add(new Difference(now.name, "default of column " + now.name + " changed"));
    }
    if (!retyped) {
      for (String value : added(was.values, now.values)) {
        found.add(
            new Difference(
                now.name, "value " + value + " added to " + now.type + " of column " + now.name));
      }
      for (String value : added(now.values, was.values)) {
        found.add(
            new Difference(
                now.name,
                "value " + value + " is gone from " + now.type + " of column " + now.name));
      }
    }
  }

  private static Iterable<String> added(List<String> before, List<String> now) {
    var added = new TreeSet<>(now);
    before.forEach(added::remove);
    return added;
  }
}
