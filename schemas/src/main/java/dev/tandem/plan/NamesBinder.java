package dev.tandem.plan;

import dev.tandem.spec.Located;
import dev.tandem.spec.NamesSpec;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Problems;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Binds what the spec says of a legacy table's other names, and makes of the table as it is the
/// one that the mapping was written for.
record NamesBinder(Problems problems) {
  private static final Map<String, Carrier> TYPES =
      Map.ofEntries(
          Map.entry("boolean", Carrier.BOOLEAN),
          Map.entry("smallint", Carrier.INT),
          Map.entry("integer", Carrier.INT),
          Map.entry("bigint", Carrier.LONG),
          Map.entry("real", Carrier.FLOAT),
          Map.entry("double precision", Carrier.DOUBLE),
          Map.entry("numeric", Carrier.NUMERIC),
          Map.entry("text", Carrier.TEXT),
          Map.entry("bytea", Carrier.BYTES),
          Map.entry("date", Carrier.DATE),
          Map.entry("timestamp", Carrier.TIMESTAMP),
          Map.entry("timestamptz", Carrier.INSTANT),
          Map.entry("time", Carrier.TIME),
          Map.entry("uuid", Carrier.UUID),
          Map.entry("json", Carrier.JSON),
          Map.entry("jsonb", Carrier.JSON));

  /// A table as the mapping calls its columns.
  record Named(Table table, SourceNames names) {}

  Named bind(Table table, NamesSpec spec) {
    Map<String, String> now = renamed(table, spec);
    Map<String, String> back = new HashMap<>();
    now.forEach((mapped, column) -> back.put(column, mapped));
    Table called =
        table.renamed(
            column ->
                back.getOrDefault(
                    column, now.containsKey(column) ? SourceNames.other(column) : column));
    Map<String, Carrier> absent = absent(called, spec);
    var columns = new ArrayList<>(called.columns());
    columns.replaceAll(column -> absent.containsKey(column.name()) ? optional(column) : column);
    absent.forEach(
        (name, carrier) -> {
          if (called.column(name).isEmpty()) {
            columns.add(Column.of(name, ColumnType.of(type(name, spec), carrier)));
          }
        });
    return new Named(
        called.withColumns(columns),
        new SourceNames(formerly(table, spec), now, absent, keyedBy(called, spec)));
  }

  /// Columns that name one row, and that every row has.
  private List<String> keyedBy(Table called, NamesSpec spec) {
    List<String> columns = spec.keyedBy().stream().map(Located::value).toList();
    boolean names =
        called.uniqueKeys().stream().anyMatch(columns::containsAll)
            && columns.stream()
                .allMatch(
                    name -> called.column(name).filter(column -> !column.nullable()).isPresent());
    if (!columns.isEmpty() && !names) {
      spec.keyedBy()
          .getFirst()
          .error(
              problems,
              "rows of "
                  + called.id()
                  + " are not told apart by ("
                  + String.join(", ", columns)
                  + "): expected NOT NULL columns of a unique key",
              "name the columns that were the primary key, and see that they are unique and NOT"
                  + " NULL still");
    }
    return columns;
  }

  private static Column optional(Column column) {
    return new Column(column.name(), column.type(), true, column.filled(), column.generated());
  }

  private static String type(String name, NamesSpec spec) {
    return spec.absent().stream()
        .filter(pair -> pair.column().value().equals(name))
        .map(pair -> pair.said().value())
        .findFirst()
        .orElse("text");
  }

  private List<TableId> formerly(Table table, NamesSpec spec) {
    for (Located<TableId> name : spec.formerly()) {
      if (name.value().equals(table.id())) {
        name.error(
            problems, "the table is called " + table.id() + " now", "name what it was before");
      }
    }
    return spec.formerly().stream().map(Located::value).toList();
  }

  private Map<String, String> renamed(Table table, NamesSpec spec) {
    Map<String, String> now = new HashMap<>();
    for (NamesSpec.Pair pair : spec.renamed()) {
      Located<String> column = pair.said();
      if (table.column(column.value()).isEmpty()) {
        column.error(
            problems,
            "the legacy table " + table.id() + " has no column '" + column.value() + "'",
            NearMatch.suggestion(
                column.value(), table.columns().stream().map(Column::name).toList()));
      } else if (now.containsValue(column.value())) {
        column.error(
            problems,
            "the column '" + column.value() + "' stands for two columns of the mapping",
            "name it once");
      } else {
        now.put(pair.column().value(), column.value());
      }
    }
    return now;
  }

  private Map<String, Carrier> absent(Table called, NamesSpec spec) {
    Map<String, Carrier> absent = new HashMap<>();
    for (NamesSpec.Pair pair : spec.absent()) {
      Optional<Carrier> own =
          called.column(pair.column().value()).map(it -> it.type()).map(ColumnType::carrier);
      Carrier said = TYPES.get(pair.said().value());
      if (own.isPresent()) {
        absent.put(pair.column().value(), own.get());
      } else if (said == null) {
        pair.said()
            .error(
                problems,
                "expected the type of a column, found '" + pair.said().value() + "'",
                NearMatch.suggestion(pair.said().value(), TYPES.keySet()));
      } else {
        absent.put(pair.column().value(), said);
      }
    }
    return absent;
  }
}
