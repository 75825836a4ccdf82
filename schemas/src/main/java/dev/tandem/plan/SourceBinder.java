package dev.tandem.plan;

import dev.tandem.event.PayloadSchemas;
import dev.tandem.lens.EntityTables;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.NamesSpec;
import dev.tandem.spec.Problems;
import dev.tandem.spec.SourceSpec;
import dev.tandem.table.Carrier;
import dev.tandem.table.Catalog;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.Table.ForeignKey;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Binds the legacy side of an entity: its tables exist, each row has a key and carries it in its
/// replica identity together with what joins it, and every child row belongs to one root row.
final class SourceBinder {
  private final Lookup legacy;
  private final PayloadSchemas schemas;
  private final Problems problems;

  /// @param schemas of payloads in Avro
  SourceBinder(Catalog catalog, PayloadSchemas schemas, Problems problems) {
    this.legacy = new Lookup("legacy", catalog, problems);
    this.schemas = schemas;
    this.problems = problems;
  }

  /// One column of a child with the root's column that it refers to.
  private record Pair(String child, String root) {}

  private record Child(SourceSpec.Child spec, Table table, SourceNames names, List<Pair> pairs) {}

  /// The tables, and what of them has been found wrong and reported: nothing more is to be said of
  /// it.
  ///
  /// @param tables as lenses read them
  /// @param root as it is captured
  /// @param uses the columns of an outbox table that are read; none for other tables
  /// @param held whether every row has a key, and its replica identity holds it and the join
  /// @param joined whether the joins are sound
  record Bound(
      EntityTables tables, Source root, List<ColumnUse> uses, boolean held, boolean joined) {
    boolean isSound() {
      return held && joined;
    }

    /// The tables of the child lists, as they are captured: none for lists that are part of an
    /// event.
    List<Source> children() {
      return root.events().isPresent() ? List.of() : List.copyOf(tables.children().keySet());
    }
  }

  /// Empty if a table is missing or cannot be read, which is then reported.
  Optional<Bound> bind(EntitySpec entity) {
    SourceSpec from = entity.from();
    if (from.outbox().isEmpty()) {
      return bind(from);
    }
    return named(from.root(), from.names())
        .filter(it -> checkKey(from.root(), it.table(), rowKey(it.table(), it.names())))
        .flatMap(it -> new EventBinder(entity, from.outbox().get(), schemas, problems).bind(it));
  }

  private Optional<Bound> bind(SourceSpec from) {
    Optional<NamesBinder.Named> named = named(from.root(), from.names());
    Optional<Table> root = named.map(NamesBinder.Named::table);
    var children = new ArrayList<Child>();
    boolean joined = true;
    for (SourceSpec.Child spec : from.children()) {
      Optional<NamesBinder.Named> child = named(spec.table(), spec.names());
      if (root.isPresent() && child.isPresent()) {
        List<Pair> pairs = pairs(spec, root.get(), child.get().table());
        joined &= pairs.size() == spec.on().size() && !pairs.isEmpty();
        children.add(new Child(spec, child.get().table(), child.get().names(), pairs));
      }
    }
    if (root.isEmpty() || children.size() < from.children().size()) {
      named.ifPresent(
          it -> checkKey(from.root(), it.table(), needed(it.table(), it.names(), List.of())));
      return Optional.empty();
    }
    return Optional.of(assemble(from, named.orElseThrow(), children, joined));
  }

  private Optional<NamesBinder.Named> named(Located<TableId> at, NamesSpec names) {
    return legacy.table(at).map(table -> new NamesBinder(problems).bind(table, names));
  }

  private Bound assemble(
      SourceSpec from, NamesBinder.Named named, List<Child> children, boolean paired) {
    Table root = named.table();
    List<String> join =
        children.isEmpty()
            ? rowKey(root, named.names())
            : children.getFirst().pairs().stream().map(Pair::root).toList();
    boolean joined = paired && (children.isEmpty() || checkUnique(children.getFirst(), root, join));
    boolean held = checkKey(from.root(), root, needed(root, named.names(), join));
    var bound = new LinkedHashMap<Source, Table>();
    for (Child child : children) {
      List<String> on =
          paired ? ordered(child, join) : child.pairs().stream().map(Pair::child).toList();
      joined &= on.size() == join.size();
      held &=
          checkKey(child.spec().table(), child.table(), needed(child.table(), child.names(), on));
      bound.put(source(child, on), child.table());
    }
    var source =
        new Source(Source.ROOT, root.id(), join, rowKey(root, named.names()), named.names());
    var tables = new EntityTables(source, root, bound);
    return new Bound(tables, source, List.of(), held, joined);
  }

  private static List<String> rowKey(Table table, SourceNames names) {
    return names.keyedBy().isEmpty() ? table.primaryKey() : names.keyedBy();
  }

  /// What the replica identity has to hold.
  private static List<String> needed(Table table, SourceNames names, List<String> join) {
    var needed = new ArrayList<>(rowKey(table, names));
    needed.addAll(join);
    return needed;
  }

  private boolean checkUnique(Child child, Table root, List<String> join) {
    boolean unique = root.uniqueKeys().stream().anyMatch(join::containsAll);
    if (!unique) {
      child
          .spec()
          .name()
          .error(
              problems,
              "children refer to ("
                  + String.join(", ", join)
                  + "), which is not unique in "
                  + root.id(),
              "refer to a unique key of the root: on: { child column: root column }");
    }
    return unique;
  }

  private static Source source(Child child, List<String> join) {
    return new Source(
        child.spec().name().value(),
        child.table().id(),
        join,
        rowKey(child.table(), child.names()),
        child.names());
  }

  /// The child's columns in the order of the root's; none if it refers to others.
  private List<String> ordered(Child child, List<String> join) {
    Map<String, String> byRoot = new LinkedHashMap<>();
    child.pairs().forEach(pair -> byRoot.put(pair.root(), pair.child()));
    if (byRoot.keySet().equals(Set.copyOf(join)) && byRoot.size() == child.pairs().size()) {
      return join.stream().map(column -> byRoot.getOrDefault(column, column)).toList();
    }
    child
        .spec()
        .name()
        .error(
            problems,
            "refers to ("
                + String.join(", ", byRoot.keySet())
                + "), another child list to ("
                + String.join(", ", join)
                + ")",
            "let all child lists of an entity refer to the same columns of the root");
    return List.of();
  }

  /// The pairs that can be made; what stands against the others is reported.
  private List<Pair> pairs(SourceSpec.Child spec, Table root, Table child) {
    var pairs = new ArrayList<Pair>();
    Optional<ForeignKey> key = foreignKey(spec, root.id(), child);
    for (SourceSpec.On on : spec.on()) {
      Optional<Column> column = legacy.column(child, on.child());
      Optional<Column> referred =
          column.isPresent() || on.root().isPresent() ? referred(on, root, key) : Optional.empty();
      if (column.isPresent()
          && referred.isPresent()
          && comparable(on, column.get(), referred.get())) {
        pairs.add(new Pair(column.get().name(), referred.get().name()));
      }
    }
    return pairs;
  }

  /// The foreign key over exactly the child's `on` columns.
  private static Optional<ForeignKey> foreignKey(SourceSpec.Child spec, TableId root, Table child) {
    Set<String> on = new HashSet<>(spec.on().stream().map(it -> it.child().value()).toList());
    return child.foreignKeys().stream()
        .filter(key -> key.referenced().equals(root) && Set.copyOf(key.columns()).equals(on))
        .findFirst();
  }

  private Optional<Column> referred(SourceSpec.On on, Table root, Optional<ForeignKey> key) {
    if (on.root().isPresent()) {
      return legacy.column(root, on.root().get());
    }
    String child = on.child().value();
    Optional<Column> found =
        key.map(it -> it.referencedColumns().get(it.columns().indexOf(child)))
            .or(() -> Optional.of(child))
            .flatMap(root::column);
    if (found.isEmpty()) {
      on.child()
          .error(
              problems,
              "the root "
                  + root.id()
                  + " has no column '"
                  + child
                  + "', and no foreign key says"
                  + " which one is meant",
              "name it: on: { " + child + ": the root's column }");
    }
    return found;
  }

  /// Equal values of both columns travel in one form.
  private boolean comparable(SourceSpec.On on, Column child, Column root) {
    Carrier left = child.type().carrier();
    Carrier right = root.type().carrier();
    boolean whole =
        (left == Carrier.INT || left == Carrier.LONG)
            && (right == Carrier.INT || right == Carrier.LONG);
    if (left != null && (left == right || whole) && !child.type().array() && !root.type().array()) {
      return true;
    }
    on.child()
        .error(
            problems,
            "column "
                + child.name()
                + " ("
                + child.type().postgres()
                + ") cannot refer to "
                + root.name()
                + " ("
                + root.type().postgres()
                + ")",
            "refer to a column of the same type");
    return false;
  }

  /// A primary key, and a replica identity that holds what is needed.
  private boolean checkKey(Located<TableId> at, Table table, List<String> needed) {
    boolean distinct = checkNames(at, table);
    if (table.primaryKey().isEmpty()) {
      at.error(
          problems,
          "the legacy table "
              + table.id()
              + " has no primary key, so its rows cannot be told apart",
          "ALTER TABLE " + table.id().sql() + " ADD PRIMARY KEY (" + candidate(table) + ");");
      return false;
    }
    List<String> missing = Identity.missing(table, needed);
    if (!missing.isEmpty()) {
      at.error(
          problems,
          "the replica identity of "
              + table.id()
              + " ("
              + table.identity()
              + ") does not hold "
              + String.join(", ", missing)
              + ", so a delete would not say which row it was",
          Identity.statement(table, needed));
      return false;
    }
    return distinct;
  }

  /// Columns of a not-null unique key, if there is one.
  private static String candidate(Table table) {
    return table.uniqueKeys().stream()
        .filter(
            key ->
                key.stream()
                    .allMatch(name -> table.column(name).filter(it -> !it.nullable()).isPresent()))
        .findFirst()
        .map(Identity::columns)
        .orElse("…");
  }

  private boolean checkNames(Located<TableId> at, Table table) {
    var clash =
        AvroClash.among(
            table.columns().stream()
                .filter(column -> column.type().isCarried() && !column.generated())
                .map(Column::name)
                .toList());
    clash.ifPresent(
        pair ->
            at.error(
                problems,
                "the columns " + pair + " of " + table.id() + " have one name in Avro",
                "rename one of the two"));
    return clash.isEmpty();
  }
}
