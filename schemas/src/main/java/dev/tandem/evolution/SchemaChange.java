package dev.tandem.evolution;

import dev.tandem.lens.Widening;
import dev.tandem.row.RowSchema;
import dev.tandem.row.RowSchema.Field;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// One thing in which two captured forms of a table differ.
public sealed interface SchemaChange {
  record TableRenamed(TableId from, TableId to) implements SchemaChange {
    @Override
    public String toString() {
      return "the table " + from + " is called " + to;
    }
  }

  record ColumnAdded(Field column) implements SchemaChange {
    @Override
    public String toString() {
      return "column " + column.name() + " (" + type(column) + ") added";
    }
  }

  record ColumnDropped(Field column) implements SchemaChange {
    @Override
    public String toString() {
      return "column " + column.name() + " (" + type(column) + ") dropped";
    }
  }

  record ColumnRetyped(Field from, Field to, Width width) implements SchemaChange {
    @Override
    public String toString() {
      return "column "
          + from.name()
          + " "
          + width.name().toLowerCase(Locale.ROOT)
          + " from "
          + type(from)
          + " to "
          + type(to);
    }
  }

  /// Rows are told apart by other columns, or deletes carry others.
  record KeyChanged(RowSchema.Key from, RowSchema.Key to) implements SchemaChange {
    @Override
    public String toString() {
      return from.primary().equals(to.primary())
          ? "replica identity changed from " + from.identity() + " to " + to.identity()
          : "primary key changed from " + from.primary() + " to " + to.primary();
    }
  }

  /// How a new type relates to the one before.
  enum Width {
    /// Each value of before is exactly one of now.
    WIDENED,
    /// Each value of now is exactly one of before.
    NARROWED,
    RETYPED
  }

  /// Everything in which `now` differs from `before`, in the order of their columns. Where a column
  /// was renamed, nothing in a row says so: it is one dropped and one added.
  static List<SchemaChange> between(RowSchema before, RowSchema now) {
    var changes = new ArrayList<SchemaChange>();
    if (!before.table().equals(now.table())) {
      changes.add(new TableRenamed(before.table(), now.table()));
    }
    for (Field column : before.fields()) {
      int index = now.indexOf(column.name());
      if (index < 0) {
        changes.add(new ColumnDropped(column));
      } else if (!now.fields().get(index).equals(column)) {
        Field to = now.fields().get(index);
        changes.add(new ColumnRetyped(column, to, width(column, to)));
      }
    }
    for (Field column : now.fields()) {
      if (before.indexOf(column.name()) < 0) {
        changes.add(new ColumnAdded(column));
      }
    }
    RowSchema.Key from = before.key();
    RowSchema.Key to = now.key();
    if (from != null && to != null && isOther(from, to)) {
      changes.add(new KeyChanged(from, to));
    }
    return changes;
  }

  /// With a full identity every new column is part of it: that is no change of the key.
  private static boolean isOther(RowSchema.Key from, RowSchema.Key to) {
    return !from.primary().equals(to.primary())
        || !Objects.equals(from.identity(), to.identity())
            && !to.identity().containsAll(from.identity());
  }

  private static Width width(Field from, Field to) {
    if (from.array() != to.array()) {
      return Width.RETYPED;
    }
    if (Widening.isExact(from.carrier(), to.carrier())) {
      return Width.WIDENED;
    }
    return Widening.isExact(to.carrier(), from.carrier()) ? Width.NARROWED : Width.RETYPED;
  }

  /// How messages name a column's type.
  static String type(Field column) {
    return column.carrier().name().toLowerCase(Locale.ROOT) + (column.array() ? " array" : "");
  }
}
