package dev.tandem.reconcile;

import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes rows of the target into what is kept of them: the columns that name a row or an entity as
/// they are, and a token for each column that is compared. An unknown value stays unknown, so that
/// the kept row's token fills it. Not thread-safe.
final class ObservedRows {
  /// No column of PostgreSQL has a name that begins so.
  private static final String TOKEN = "\0";

  private final Map<String, Table> tables = new HashMap<>();

  /// What is kept of one table's rows.
  private record Table(
      Set<String> names, Map<String, TargetColumn> known, List<ContentForm.Column> columns) {}

  /// How rows of one captured form become kept ones.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Shape(
      RowSchema kept,
      int[] raw,
      String[] padding,
      int[] tokens,
      List<ContentForm.Column> columns) {}

  private final Map<RowSchema, Shape> shapes = new HashMap<>();

  /// The name under which the token of a column is kept.
  static String tokenOf(String column) {
    return TOKEN + column;
  }

  /// @param sources the entity's target tables, the root's first
  void add(List<Source> sources, Entities.Forms forms) {
    EntityPlan entity = forms.plan();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      var names = new LinkedHashSet<>(source.join());
      names.addAll(source.key());
      var known = new HashMap<String, TargetColumn>();
      var target = entity.target();
      (i == 0 ? target.root() : target.children().get(i - 1).table())
          .columns()
          .forEach(column -> known.put(column.name(), column));
      if (i == 0) {
        identities(entity).forEach(names::add);
        forms.tenant().map(ObservedTenant::column).ifPresent(names::add);
      } else {
        target.children().get(i - 1).parent().forEach(column -> known.put(column.name(), column));
      }
      tables.put(source.table().sql(), new Table(names, known, forms.content().columns(i)));
    }
  }

  /// Columns that hold copies of the legacy root's key.
  private static List<String> identities(EntityPlan entity) {
    Map<String, String> copies = entity.mapping().copies();
    return entity.target().root().columns().stream()
        .filter(column -> copies.containsKey(column.field()))
        .filter(column -> entity.root().key().contains(copies.get(column.field())))
        .map(TargetColumn::name)
        .toList();
  }

  /// The same record with what is kept in the place of rows; of other tables as it is.
  OutboxRecord kept(OutboxRecord record) {
    return switch (record) {
      case Change change when tables.containsKey(change.table().sql()) ->
          new Change(
              change.op(),
              change.position(),
              change.last(),
              change.committedAt(),
              change.table(),
              kept(change.before()),
              kept(change.after()));
      case Swept swept when tables.containsKey(swept.row().schema().table().sql()) ->
          new Swept(
              swept.epoch(),
              swept.snapshot(),
              swept.readAt(),
              java.util.Objects.requireNonNull(kept(swept.row())),
              swept.purpose());
      default -> record;
    };
  }

  private @Nullable Row kept(@Nullable Row row) {
    if (row == null) {
      return null;
    }
    Shape shape = shapes.get(row.schema());
    if (shape == null) {
      shape = shape(row.schema());
      shapes.put(row.schema(), shape);
    }
    @Nullable Object[] from = row.values();
    @Nullable Object[] values = new @Nullable Object[shape.raw.length + shape.tokens.length];
    for (int i = 0; i < shape.raw.length; i++) {
      Object value = from[shape.raw[i]];
      values[i] = value instanceof String text ? EntityForm.text(shape.padding[i], text) : value;
    }
    for (int i = 0; i < shape.tokens.length; i++) {
      Object value = from[shape.tokens[i]];
      values[shape.raw.length + i] =
          value == Row.UNKNOWN ? Row.UNKNOWN : shape.columns.get(i).token().observed(value);
    }
    return new Row(shape.kept, values);
  }

  private Shape shape(RowSchema observed) {
    Table table = java.util.Objects.requireNonNull(tables.get(observed.table().sql()));
    var fields = new ArrayList<RowSchema.Field>();
    var raw = new ArrayList<Integer>();
    var padding = new ArrayList<String>();
    for (String name : table.names) {
      int index = observed.indexOf(name);
      if (index >= 0) {
        raw.add(index);
        fields.add(observed.fields().get(index));
        TargetColumn column = table.known.get(name);
        padding.add(column == null ? "" : column.postgres());
      }
    }
    var tokens = new ArrayList<Integer>();
    var columns = new ArrayList<ContentForm.Column>();
    for (ContentForm.Column column : table.columns) {
      int index = observed.indexOf(column.target().name());
      if (index >= 0) {
        tokens.add(index);
        columns.add(column);
        fields.add(new RowSchema.Field(tokenOf(column.target().name()), Carrier.BYTES, false));
      }
    }
    return new Shape(
        new RowSchema(observed.table(), fields),
        raw.stream().mapToInt(Integer::intValue).toArray(),
        padding.toArray(String[]::new),
        tokens.stream().mapToInt(Integer::intValue).toArray(),
        columns);
  }
}
