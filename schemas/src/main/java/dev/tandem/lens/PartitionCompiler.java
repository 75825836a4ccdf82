package dev.tandem.lens;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.plan.Source;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.Padding;
import dev.tandem.table.Sql;
import dev.tandem.table.Table;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/// Compiles how the partition is found from a row of the root, and from a row of each child list:
/// by the same lens over the child's `on` columns, which stand for the columns of the root that
/// they refer to. Checks that every table's replica identity holds what is needed for it.
final class PartitionCompiler {
  private final MappingSource source;
  private final Problems problems;
  private final Node node;
  private final String path;

  PartitionCompiler(MappingSource source, Problems problems) {
    this.source = source;
    this.problems = problems;
    this.node =
        Optional.ofNullable(source.map().entries().get(source.partitionBy())).orElse(source.map());
    this.path = source.path() + ".map." + source.partitionBy();
  }

  /// @param scope of the root
  /// @param lens of the partition field over root rows
  /// @param keyColumns the root's columns that the key is computed from
  Optional<CompiledMapping.Partitions> compile(Scope scope, Lens lens, Set<String> keyColumns) {
    var columns = new HashSet<>(lens.inputs().stream().map(Input::column).toList());
    if (!checkLens(lens, columns)) {
      return Optional.empty();
    }
    if (!keyColumns.containsAll(columns)) {
      problems.warning(
          node.place(),
          path,
          "the partition is not computed from the key's columns, so it is taken as immutable: a row"
              + " in which it changes becomes a dead letter, and a key that is given to a row of"
              + " another partition shows as a foreign write for a while",
          "");
    }
    Schema schema = source.contract().getField(source.partitionBy()).schema();
    var bySource = new LinkedHashMap<String, PartitionLens>();
    bySource.put(Source.ROOT, new PartitionLens(lens, schema, scope.binder()));
    var root = source.tables().root();
    var needed = new HashSet<>(keyColumns);
    needed.addAll(columns);
    needed.addAll(root.join());
    needed.addAll(root.key());
    boolean right = checkIdentity(source.tables().rootTable(), needed);
    for (var child : source.tables().children().entrySet()) {
      var ofChild = ofChild(child.getKey(), child.getValue(), columns);
      ofChild.ifPresent(made -> bySource.put(child.getKey().name(), made));
      right &= ofChild.isPresent();
      var neededOfChild = new HashSet<>(child.getKey().join());
      neededOfChild.addAll(child.getKey().key());
      right &= checkIdentity(child.getValue(), neededOfChild);
    }
    return right
        ? Optional.of(new CompiledMapping.Partitions(source.partitionBy(), bySource))
        : Optional.empty();
  }

  private boolean checkLens(Lens lens, Set<String> columns) {
    if (lens.nullable()) {
      problems.error(
          node.place(),
          path,
          "expected a partition-by value in every row, found a lens that can yield null",
          "compute it from columns that are NOT NULL");
      return false;
    }
    if (columns.isEmpty()) {
      problems.error(
          node.place(),
          path,
          "expected a partition-by value that a column decides, found a constant",
          "map the field from a column, or partition by another field");
      return false;
    }
    var root = source.tables().root();
    if (!source.tables().children().isEmpty() && !root.join().containsAll(columns)) {
      problems.error(
          node.place(),
          path,
          "expected a partition-by value computed from the columns that children refer to ("
              + String.join(", ", root.join())
              + "), found ("
              + String.join(", ", columns.stream().sorted().toList())
              + ")",
          "partition by a field of those columns, or add the columns to the child tables and to"
              + " their 'on'");
      return false;
    }
    return true;
  }

  private Optional<PartitionLens> ofChild(Source child, Table table, Set<String> columns) {
    var root = source.tables().root();
    Map<String, String> names = new HashMap<>();
    boolean right = true;
    for (int i = 0; i < root.join().size() && i < child.join().size(); i++) {
      String ofRoot = root.join().get(i);
      names.put(ofRoot, child.join().get(i));
      if (columns.contains(ofRoot)) {
        right &= checkTypes(source.tables().rootTable(), ofRoot, table, child.join().get(i));
      }
    }
    if (!right || !names.keySet().containsAll(columns)) {
      return Optional.empty();
    }
    var scope = Scope.renamed(table, names);
    var schema = source.contract().getField(source.partitionBy()).schema();
    // Null is allowed here: a child that refers to nothing has no partition, and is refused as a
    // row.
    var lens =
        new LensCompiler(scope, Optional.empty(), problems)
            .field(
                node,
                Schema.createUnion(List.of(Schema.create(Schema.Type.NULL), bare(schema))),
                path);
    return lens.map(made -> new PartitionLens(made, schema, scope.binder()));
  }

  private static Schema bare(Schema schema) {
    return OptionalSchema.bare(schema);
  }

  private boolean checkTypes(Table root, String ofRoot, Table child, String ofChild) {
    var one = root.column(ofRoot);
    var other = child.column(ofChild);
    if (one.isEmpty() || other.isEmpty() || haveOneText(one.get(), other.get())) {
      return true;
    }
    problems.error(
        node.place(),
        path,
        "expected one type in "
            + root.id()
            + "."
            + ofRoot
            + " and "
            + child.id()
            + "."
            + ofChild
            + ", so that both give the same partition; found "
            + one.get().type().postgres()
            + " and "
            + other.get().type().postgres(),
        "ALTER TABLE "
            + child.id().sql()
            + " ALTER COLUMN "
            + Sql.quote(ofChild)
            + " TYPE "
            + one.get().type().postgres()
            + ";");
    return false;
  }

  /// Whether equal values of two columns give equal results in every lens.
  private static boolean haveOneText(Column one, Column other) {
    var a = one.type().carrier();
    var b = other.type().carrier();
    boolean whole =
        (a == Carrier.INT || a == Carrier.LONG) && (b == Carrier.INT || b == Carrier.LONG);
    return whole
        || (a == b
            && (a != Carrier.NUMERIC && a != Carrier.TEXT
                || one.type().postgres().equals(other.type().postgres())
                || (a == Carrier.TEXT && isPadded(one) == isPadded(other))));
  }

  private static boolean isPadded(Column column) {
    return Padding.isOf(column.type().postgres());
  }

  private boolean checkIdentity(Table table, Set<String> needed) {
    var violation = IdentityRule.check(table, needed);
    violation.ifPresent(
        found -> problems.error(node.place(), source.path() + ".from", found.cause(), found.fix()));
    return violation.isEmpty();
  }
}
