package dev.tandem.evolution;

import dev.tandem.plan.Source;
import dev.tandem.plan.SourceNames;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads rows of every name that a table and its columns ever had as rows of the names that the
/// mapping uses: a table by its present name, a column by the mapping's, a column that is absent as
/// NULL. Values are shared, not copied, wherever nothing is added. Pure and thread-safe.
public final class CanonicalRows {
  private final Map<TableId, TableId> tables = new HashMap<>();
  private final Map<TableId, SourceNames> names = new HashMap<>();
  private final Map<RowSchema, RowSchema> schemas = new ConcurrentHashMap<>();

  /// Whether any table or column was ever called otherwise, or is absent: nearly always none.
  private boolean named;

  private CanonicalRows() {}

  /// @param sources the legacy tables of one domain; those of one table say the same of its names
  public static CanonicalRows of(Collection<Source> sources) {
    var rows = new CanonicalRows();
    for (Source source : sources) {
      rows.tables.put(source.table(), source.table());
      source.names().formerly().forEach(name -> rows.tables.put(name, source.table()));
      rows.names.merge(
          source.table(), source.names(), (a, b) -> a.equals(SourceNames.NONE) ? b : a);
      rows.named |= !source.names().equals(SourceNames.NONE);
    }
    return rows;
  }

  /// Rows of tables that are always called the same.
  public static CanonicalRows asTheyAre() {
    return new CanonicalRows();
  }

  /// Whether a table goes by this name, or did.
  public boolean knows(TableId table) {
    return tables.containsKey(table);
  }

  /// The name that a table has now.
  public TableId table(TableId table) {
    return tables.getOrDefault(table, table);
  }

  public RowSchema schema(RowSchema captured) {
    if (!named) {
      return captured;
    }
    return schemas.computeIfAbsent(captured, this::canonical);
  }

  private RowSchema canonical(RowSchema captured) {
    TableId table = table(captured.table());
    SourceNames said = names.getOrDefault(table, SourceNames.NONE);
    Map<String, String> back = new HashMap<>();
    said.renamed()
        .forEach(
            (mapped, now) -> {
              if (captured.indexOf(now) >= 0) {
                back.put(now, mapped);
              }
            });
    var fields = new ArrayList<RowSchema.Field>();
    for (RowSchema.Field field : captured.fields()) {
      fields.add(new RowSchema.Field(name(field.name(), back), field.carrier(), field.array()));
    }
    said.absent()
        .forEach(
            (name, carrier) -> {
              if (fields.stream().noneMatch(field -> field.name().equals(name))) {
                fields.add(new RowSchema.Field(name, carrier, false));
              }
            });
    RowSchema.Key key = captured.key();
    return new RowSchema(
        table,
        fields,
        key == null
            ? null
            : new RowSchema.Key(named(key.primary(), back), named(key.identity(), back)));
  }

  private static List<String> named(List<String> columns, Map<String, String> back) {
    return columns.stream().map(column -> name(column, back)).toList();
  }

  /// The mapping's name of a column; another column of that name is called otherwise.
  private static String name(String column, Map<String, String> back) {
    String mapped = back.get(column);
    if (mapped != null) {
      return mapped;
    }
    return back.containsValue(column) ? SourceNames.other(column) : column;
  }

  public @Nullable Row row(@Nullable Row captured) {
    return captured == null ? null : whole(captured);
  }

  private Row whole(Row captured) {
    RowSchema schema = schema(captured.schema());
    @Nullable Object[] values = captured.values();
    return new Row(
        schema, schema.size() == values.length ? values : Arrays.copyOf(values, schema.size()));
  }

  public OutboxRecord record(OutboxRecord record) {
    if (!named) {
      return record;
    }
    return switch (record) {
      case Change change ->
          new Change(
              change.op(),
              change.position(),
              change.last(),
              change.committedAt(),
              table(change.table()),
              row(change.before()),
              row(change.after()));
      case Swept swept ->
          new Swept(
              swept.epoch(), swept.snapshot(), swept.readAt(), whole(swept.row()), swept.purpose());
      case Marker marker -> {
        TableId table = marker.table();
        yield table == null || table(table).equals(table)
            ? record
            : new Marker(
                marker.kind(),
                marker.epoch(),
                table(table),
                marker.sweep(),
                marker.snapshot(),
                marker.at());
      }
    };
  }
}
