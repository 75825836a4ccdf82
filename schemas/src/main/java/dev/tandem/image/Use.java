package dev.tandem.image;

import dev.tandem.event.EventRows;
import dev.tandem.event.EventTable;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Source;
import dev.tandem.plan.SourceNames;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.wire.Partitioning;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One use of a legacy table in a domain: as the root or as one child list of one entity. It knows
/// where a row of the table is kept. Not thread-safe.
///
/// A root is kept under its `join` columns alone, which name the aggregate and are unique; a child
/// under its aggregate, the number of its source and its own key.
public final class Use {
  static final int ROOT = 0;
  private final EntityPlan entity;
  private final Source source;
  private final Role role;
  private final @Nullable EventRows events;
  private final ByteSink out = new ByteSink();

  /// The schema whose columns were looked up last.
  private @Nullable Columns columns;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Columns(RowSchema schema, int[] join, int[] key) {}

  /// Where a row is kept.
  ///
  /// @param aggregate prefix of the keys of all rows of its aggregate
  /// @param row the row's own key
  public record Place(StateKey aggregate, StateKey row) {}

  Use(EntityPlan entity, Source source, Role role) {
    this.entity = entity;
    this.source = source;
    this.role = role;
    this.events = source.events().map(EventRows::new).orElse(null);
  }

  /// What the table is to the entity and to the domain.
  ///
  /// @param number 0 for the root, then the children in the order of the plan
  /// @param sharing whether the domain uses the table more than once, so that not every use of a
  ///     row need belong to the partition that the row came to
  record Role(int number, Sharing sharing, Moving moving) {}

  /// How many uses the domain makes of a table.
  enum Sharing {
    SOLE,
    SHARED
  }

  /// Whether a row can go to another partition while its contract key stays.
  enum Moving {
    NEVER,
    POSSIBLE
  }

  public EntityPlan entity() {
    return entity;
  }

  public Source source() {
    return source;
  }

  public int number() {
    return role.number;
  }

  /// Whether a row may have come to a partition that is not its own: of a table with several uses,
  /// or an event that was captured under names that the spec did not know yet.
  boolean isSpread() {
    return role.sharing == Sharing.SHARED
        || events != null && !source.names().equals(SourceNames.NONE);
  }

  boolean mayMove() {
    return role.moving == Moving.POSSIBLE;
  }

  /// The partition that a row belongs to.
  ///
  /// @param fallback says the columns that `row` does not know
  /// @throws MappingException if the row does not say it
  int partition(Row row, @Nullable Row fallback, Placement.Here here) {
    Row whole = whole(row, fallback);
    try {
      return Partitioning.partition(
          entity.mapping().partitionKey(source, whole), here.partitions());
    } catch (RuntimeException thrown) {
      throw MappingException.of("partition-by", thrown);
    }
  }

  /// Whether a root has the contract key that it had.
  ///
  /// @param before null where the log says nothing of it, since it has not changed
  /// @throws MappingException if the rows do not say it
  boolean keepsKey(@Nullable Row before, Row after) {
    EntityMapping mapping = entity.mapping();
    try {
      return before == null
          || mapping.key(whole(before, after)).equals(mapping.key(whole(after, before)));
    } catch (RuntimeException thrown) {
      throw MappingException.of("key", thrown);
    }
  }

  private static Row whole(Row row, @Nullable Row fallback) {
    return fallback == null || !row.isPartial() ? row : Merge.fill(row, fallback);
  }

  /// How the table's rows are read where they are events; null where they are what they are.
  @Nullable EventTable events() {
    return events == null ? null : events.table();
  }

  /// Where a row is kept, or null for a child that refers to no aggregate.
  ///
  /// @param fallback says the columns that `row` does not know
  /// @throws MappingException if a key column is missing, unknown, or null in a root
  @Nullable Place place(Row row, @Nullable Row fallback) {
    if (events == null) {
      return placed(row, fallback);
    }
    return placed(events.named(row), null);
  }

  private @Nullable Place placed(Row row, @Nullable Row fallback) {
    Columns at = columns(row);
    out.clear();
    out.put(entity.ordinal() >>> 8);
    out.put(entity.ordinal());
    for (int index : at.join) {
      Object value = value(row, fallback, index);
      if (value == null && source.isRoot()) {
        throw new MappingException(name(row, index), "the key of a root is null");
      }
      if (value == null) {
        return null;
      }
      RowKeys.append(out, row.schema().fields().get(index).carrier(), value);
    }
    var aggregate = new StateKey(out.toByteArray());
    out.put(role.number);
    if (!source.isRoot()) {
      for (int index : at.key) {
        Object value = value(row, fallback, index);
        if (value == null) {
          throw new MappingException(name(row, index), "the key of a row is null");
        }
        RowKeys.append(out, row.schema().fields().get(index).carrier(), value);
      }
    }
    return new Place(aggregate, new StateKey(out.toByteArray()));
  }

  private static @Nullable Object value(Row row, @Nullable Row fallback, int index) {
    Object value = row.values()[index];
    if (value == Row.UNKNOWN && fallback != null) {
      value = fallback.value(row.schema().fields().get(index).name());
    }
    if (value == Row.UNKNOWN) {
      throw new MappingException(
          name(row, index),
          "a key column is unknown; the replica identity of "
              + row.schema().table()
              + " has to hold it");
    }
    return value;
  }

  private static String name(Row row, int index) {
    return row.schema().table() + "." + row.schema().fields().get(index).name();
  }

  private Columns columns(Row row) {
    Columns known = columns;
    if (known == null || !known.schema.equals(row.schema())) {
      int[] key = events == null ? indexes(row, source.key()) : new int[0];
      known = new Columns(row.schema(), indexes(row, source.join()), key);
      columns = known;
    }
    return known;
  }

  private static int[] indexes(Row row, List<String> names) {
    return names.stream().mapToInt(name -> index(row, name)).toArray();
  }

  private static int index(Row row, String name) {
    int index = row.schema().indexOf(name);
    if (index < 0) {
      throw new MappingException(
          row.schema().table() + "." + name,
          "the captured table has no such column any more; the mapping has to follow it");
    }
    return index;
  }
}
