package dev.tandem.capture;

import dev.tandem.job.JobScope;
import dev.tandem.job.JobTables;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.sweep.RowFilter;
import dev.tandem.table.Catalog;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A job's scope as a condition on each of its tables. What is said of an entity is said of its
/// root's row; a child row is read if its root is.
///
/// In the target only a tenant and a sample can be said: a condition on legacy columns means
/// nothing there, so that a verification within one reads the entity's target tables whole.
public final class JobFilter {
  /// A sample is chosen by a hash of the root's key, in steps of a millionth.
  private static final long STEPS = 1L << 20;

  private final Side side;
  private final DomainPlan domain;
  private final JobScope scope;

  /// @param domain the job's
  public JobFilter(Side side, DomainPlan domain, JobScope scope) {
    this.side = side;
    this.domain = domain;
    this.scope = scope;
  }

  /// One table in its part of an entity.
  ///
  /// @param columns of this table that name the root's row; empty for the root itself
  /// @param rootColumns of the root, in the same order
  private record Part(
      EntityPlan entity,
      TableId table,
      TableId root,
      List<String> columns,
      List<String> rootColumns) {}

  /// The tables whose columns [#of] has to know for a table: it and the roots of its entities.
  public Set<TableId> needed(TableId table) {
    var needed = new TreeSet<TableId>(Set.of(table));
    parts(table).forEach(part -> needed.add(part.root));
    return needed;
  }

  /// @param catalog with what is [#needed]
  /// @throws IllegalArgumentException saying what of the scope cannot be said of this table
  public RowFilter of(TableId table, Catalog catalog) {
    var conditions = new LinkedHashSet<String>();
    var others = new TreeSet<TableId>();
    for (Part part : parts(table)) {
      Optional<String> root = rootCondition(part, catalog);
      if (root.isEmpty()) {
        return RowFilter.ALL;
      }
      if (part.columns.isEmpty()) {
        conditions.add(root.get());
      } else {
        conditions.add(exists(part, root.get()));
        others.add(part.root);
      }
    }
    return new RowFilter(
        conditions.stream().map(it -> "(" + it + ")").collect(Collectors.joining(" OR ")),
        List.copyOf(others));
  }

  private List<Part> parts(TableId table) {
    return JobTables.entities(domain, scope)
        .flatMap(entity -> (side == Side.LEGACY ? legacy(entity) : target(entity)).stream())
        .filter(part -> part.table.equals(table))
        .toList();
  }

  private static List<Part> legacy(EntityPlan entity) {
    return entity
        .sources()
        .map(
            source ->
                new Part(
                    entity,
                    source.table(),
                    entity.root().table(),
                    source.isRoot() ? List.of() : now(source, source.join()),
                    now(entity.root(), entity.root().join())))
        .toList();
  }

  private static List<String> now(Source source, List<String> columns) {
    return columns.stream().map(source::now).toList();
  }

  private static List<Part> target(EntityPlan entity) {
    TargetPlan target = entity.target();
    TableId root = target.root().table();
    var parts = new ArrayList<Part>();
    parts.add(new Part(entity, root, root, List.of(), List.of()));
    for (TargetPlan.Child child : target.children()) {
      parts.add(
          new Part(
              entity,
              child.table().table(),
              root,
              child.parent().stream().map(TargetColumn::name).toList(),
              child.parent().stream()
                  .map(column -> column(target, column.field()).orElse(column.name()))
                  .toList()));
    }
    return parts;
  }

  private static Optional<String> column(TargetPlan target, String field) {
    return target.root().columns().stream()
        .filter(column -> column.field().equals(field))
        .map(TargetColumn::name)
        .findFirst();
  }

  /// What the scope says of a root's row; nothing if it says nothing that can be said there.
  private Optional<String> rootCondition(Part part, Catalog catalog) {
    var all = new ArrayList<String>();
    if (side == Side.LEGACY && !scope.where().isEmpty()) {
      all.add("(" + scope.where() + ")");
    }
    if (side == Side.LEGACY && !scope.keys().isEmpty()) {
      all.add(keys(part.entity.root(), catalog));
    }
    if (scope.share() < 1) {
      all.add(sample(part.entity));
    }
    if (!scope.tenant().isEmpty()) {
      all.add(Sql.quote(tenantColumn(part.entity)) + " = " + Sql.literal(scope.tenant()));
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join(" AND ", all));
  }

  private String keys(Source root, Catalog catalog) {
    var table =
        catalog
            .table(root.table())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "expected table " + root.table() + " in the legacy store, found none"));
    List<String> types =
        now(root, root.key()).stream()
            .map(name -> table.column(name).orElseThrow().type().postgres())
            .toList();
    var wanted = new ArrayList<String>();
    for (String key : scope.keys()) {
      String[] values = types.size() == 1 ? new String[] {key} : key.split("/", -1);
      if (values.length != types.size()) {
        throw new IllegalArgumentException(
            "--keys: expected %d values joined by '/' for the key of %s, found %d"
                .formatted(types.size(), root.table(), values.length));
      }
      wanted.add(
          IntStream.range(0, values.length)
              .mapToObj(i -> "CAST(" + Sql.literal(values[i]) + " AS " + types.get(i) + ")")
              .collect(Collectors.joining(", ", "(", ")")));
    }
    return columns(now(root, root.key())) + " IN (" + String.join(", ", wanted) + ")";
  }

  private String sample(EntityPlan entity) {
    List<String> key =
        side == Side.LEGACY
            ? now(entity.root(), entity.root().key())
            : entity.target().root().rowKey();
    String texts =
        key.stream().map(name -> Sql.quote(name) + "::text").collect(Collectors.joining(", "));
    return "(hashtextextended(concat_ws('/', %s), 0) & %d) < %d"
        .formatted(texts, STEPS - 1, Math.max(1, Math.round(scope.share() * STEPS)));
  }

  /// The column of the root that holds the tenant as it is.
  private String tenantColumn(EntityPlan entity) {
    String field =
        domain
            .tenant()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--tenant: domain " + domain.name() + " declares no tenant in the spec"));
    Optional<String> column =
        side == Side.LEGACY
            ? Optional.ofNullable(entity.mapping().copies().get(field)).map(entity.root()::now)
            : column(entity.target(), field);
    return column.orElseThrow(
        () ->
            new IllegalArgumentException(
                "--tenant: expected a column of the "
                    + side
                    + " root of "
                    + entity.name()
                    + " that holds "
                    + field
                    + " as it is, found none; use --where"));
  }

  private static String exists(Part part, String condition) {
    String joined =
        IntStream.range(0, part.columns.size())
            .mapToObj(
                i ->
                    part.root.sql()
                        + "."
                        + Sql.quote(part.rootColumns.get(i))
                        + " = "
                        + RowFilter.ALIAS
                        + "."
                        + Sql.quote(part.columns.get(i)))
            .collect(Collectors.joining(" AND "));
    return "EXISTS (SELECT 1 FROM %s WHERE %s AND %s)"
        .formatted(part.root.sql(), joined, condition);
  }

  private static String columns(List<String> names) {
    return names.stream().map(Sql::quote).collect(Collectors.joining(", ", "(", ")"));
  }
}
