package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.ObservedValue;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Partitioning;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The parts that the target's tables play (DESIGN invariant 2): a row is placed by the column that
/// holds the `partition-by` field, a child row by its parent's, and Tandem's own rows by their own
/// word. A foreign writer may move a row from one partition to another: it leaves the one and
/// enters the other.
final class TargetParts {
  private TargetParts() {}

  static List<Part> of(MigrationPlan plan) {
    var parts = new ArrayList<Part>();
    for (int domain = 0; domain < plan.domains().size(); domain++) {
      DomainPlan one = plan.domains().get(domain);
      for (EntityPlan entity : one.entities()) {
        tables(domain, one, entity, parts);
      }
      for (TableId table : OwnRows.TABLES) {
        parts.add(new OwnRows(table, domain, plan.migration(), one));
      }
    }
    return parts;
  }

  private static void tables(int domain, DomainPlan plan, EntityPlan entity, List<Part> parts) {
    var home = new Home(domain, plan.partitions(), entity.name());
    TargetPlan target = entity.target();
    TargetColumn root =
        target.root().columns().stream()
            .filter(column -> column.field().equals(plan.partitionBy()))
            .findFirst()
            .orElse(null);
    parts.add(
        new Rows(
            home,
            target.root().table(),
            target.root().rowKey(),
            place(plan, root, entity.mapping().contract())));
    for (TargetPlan.Child child : target.children()) {
      parts.add(
          new Rows(
              home, child.table().table(), child.table().rowKey(), parent(plan, entity, child)));
    }
  }

  /// The parent column that holds `partition-by`: they are in the order of the key's fields.
  private static @Nullable Place parent(
      DomainPlan plan, EntityPlan entity, TargetPlan.Child child) {
    Schema key = entity.mapping().key();
    Schema.Field field = key.getField(plan.partitionBy());
    return place(plan, field == null ? null : child.parent().get(field.pos()), key);
  }

  private static @Nullable Place place(
      DomainPlan plan, @Nullable TargetColumn column, Schema record) {
    Schema.Field field = record.getField(plan.partitionBy());
    return column == null || field == null
        ? null
        : new Place(column.name(), new ObservedValue(field.schema(), column.postgres()));
  }

  private record Home(int domain, int partitions, String entity) {}

  /// The column that says where a row belongs.
  private record Place(String column, ObservedValue value) {}

  /// The rows of a target table.
  ///
  /// @param place null where no column says it, which the check of the spec refuses
  private record Rows(Home home, TableId table, List<String> key, @Nullable Place place)
      implements Part {
    @Override
    public int domain() {
      return home.domain();
    }

    @Override
    public String entity() {
      return home.entity();
    }

    @Override
    public Loading loading() {
      return Loading.SWEPT;
    }

    @Override
    public int partition(Row row) {
      if (place == null) {
        throw new MappingException("partition-by", "expected a column that holds it, found none");
      }
      int column = row.schema().indexOf(place.column());
      Object value = column < 0 ? Row.UNKNOWN : row.values()[column];
      if (value == Row.UNKNOWN) {
        throw new MappingException(
            "partition-by",
            "expected column "
                + place.column()
                + " in the row, found none: the replica identity has to hold it");
      }
      try {
        return Partitioning.partition(place.value().canonical(value), home.partitions());
      } catch (IllegalArgumentException unfit) {
        throw new MappingException(
            "partition-by", "column " + place.column() + ": " + unfit.getMessage());
      }
    }
  }
}
