package dev.tandem.invariant;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/// What a query answered.
///
/// @param rows each with a cell for each column
public record Result(List<Column> columns, List<Row> rows) {
  public Result {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /// @param type as PostgreSQL calls it
  public record Column(String name, Kind kind, String type) {
    boolean isComparableWith(Column other) {
      return kind == other.kind && (kind != Kind.OTHER || type.equals(other.type));
    }

    @Override
    public String toString() {
      return name + " " + type;
    }
  }

  /// How the values of a column are compared.
  public enum Kind {
    /// By value: 1 is 1.00.
    NUMBER,
    /// Character by character, whatever the type.
    TEXT,
    /// As PostgreSQL writes them, with a column of the same type.
    OTHER
  }

  public record Row(List<Cell> cells) {
    public Row {
      cells = List.copyOf(cells);
    }

    @Override
    public String toString() {
      return cells.stream().map(Cell::toString).collect(Collectors.joining(" | "));
    }
  }

  /// One value; equal values have equal cells.
  public sealed interface Cell {
    record Numeric(BigDecimal value) implements Cell {
      public Numeric {
        value = value.stripTrailingZeros();
      }

      @Override
      public String toString() {
        return value.toPlainString();
      }
    }

    /// Also what is no number in a column of numbers: NaN and the infinities.
    record Text(String value) implements Cell {
      @Override
      public String toString() {
        return value;
      }
    }

    record Null() implements Cell {
      @Override
      public String toString() {
        return "null";
      }
    }
  }

  /// A value as PostgreSQL writes it, of a kind.
  public static Cell cell(Kind kind, String text) {
    return switch (kind) {
      case NUMBER -> number(text);
      case TEXT, OTHER -> new Cell.Text(text);
    };
  }

  private static Cell number(String text) {
    try {
      return new Cell.Numeric(new BigDecimal(text));
    } catch (NumberFormatException notFinite) {
      return new Cell.Text(text);
    }
  }
}
