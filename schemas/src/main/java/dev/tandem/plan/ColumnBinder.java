package dev.tandem.plan;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.spec.Located;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Problems;
import dev.tandem.spec.TargetSpec;
import dev.tandem.table.Column;
import dev.tandem.table.Sql;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/// Binds the fields of one contract record to the columns of one target table.
final class ColumnBinder {
  private final Located<TableId> at;
  private final Table table;
  private final Problems problems;
  private boolean sound = true;

  ColumnBinder(Located<TableId> at, Table table, Problems problems) {
    this.at = at;
    this.table = table;
    this.problems = problems;
  }

  /// @param named fields whose column is not their name in snake case
  /// @param taken columns that are filled from elsewhere
  /// @return the columns in the order of the fields; empty if something is wrong, which is reported
  Optional<List<TargetColumn>> bind(
      List<Schema.Field> fields,
      List<TargetSpec.FieldColumn> named,
      List<Located<String>> omit,
      Collection<String> taken) {
    var omitted = omit.stream().map(Located::value).collect(Collectors.toSet());
    Map<String, Located<String>> columns = new HashMap<>();
    List<String> names = fields.stream().map(Schema.Field::name).toList();
    for (TargetSpec.FieldColumn pair : named) {
      columns.put(pair.field().value(), pair.column());
      checkField(pair.field(), names);
    }
    var bound = new ArrayList<TargetColumn>();
    var used = new HashSet<>(taken);
    for (Schema.Field field : fields) {
      if (!omitted.contains(field.name())) {
        bind(field, Optional.ofNullable(columns.get(field.name())), used).ifPresent(bound::add);
      }
    }
    checkRequired(used);
    return sound ? Optional.of(bound) : Optional.empty();
  }

  /// Only what the record has can be left out.
  void checkOmitted(List<Located<String>> omit, Schema record) {
    List<String> names = ContractTypes.names(record);
    for (Located<String> field : omit) {
      checkField(field, names);
    }
  }

  private void checkField(Located<String> field, List<String> names) {
    if (!names.contains(field.value())) {
      fail(
          field,
          "the contract has no such field '" + field.value() + "'",
          NearMatch.suggestion(field.value(), names));
    }
  }

  private Optional<TargetColumn> bind(
      Schema.Field field, Optional<Located<String>> named, Collection<String> used) {
    Located<?> place = named.isPresent() ? named.get() : at;
    String name =
        named
            .map(Located::value)
            .orElseGet(
                () ->
                    table.column(SnakeCase.of(field.name())).isEmpty()
                            && table.column(field.name()).isPresent()
                        ? field.name()
                        : SnakeCase.of(field.name()));
    if (ColumnFit.wanted(field.schema()).isEmpty()) {
      fail(
          place,
          "no column takes '" + field.name() + "', " + OptionalSchema.describe(field.schema()),
          "make it a list of records with a table of its own, map its parts to flat fields, or"
              + " omit: ["
              + field.name()
              + "]");
      return Optional.empty();
    }
    Optional<Column> column = table.column(name);
    if (column.isEmpty()) {
      missing(field, name, place).ifPresent(used::add);
      return Optional.empty();
    }
    if (!used.add(name)) {
      fail(
          place,
          "the column '"
              + name
              + "' of "
              + table.id()
              + " takes '"
              + field.name()
              + "' and something else",
          "write columns: { "
              + field.name()
              + ": another column }, or omit: ["
              + field.name()
              + "]");
      return Optional.empty();
    }
    check(field, column.get(), place);
    return Optional.of(new TargetColumn(name, field.name(), column.get().type()));
  }

  /// Reports a column that is not there, and tells which one was probably meant.
  private Optional<String> missing(Schema.Field field, String name, Located<?> place) {
    Optional<String> near = NearMatch.of(name, table.columns().stream().map(Column::name).toList());
    fail(
        place,
        "the target table "
            + table.id()
            + " has no column '"
            + name
            + "' for '"
            + field.name()
            + "'",
        near.map(it -> "did you mean columns: { " + field.name() + ": " + it + " }? Or ").orElse("")
            + "ALTER TABLE "
            + table.id().sql()
            + " ADD COLUMN "
            + Sql.quote(name)
            + " "
            + ColumnFit.wanted(field.schema())
            + ";");
    return near;
  }

  private void check(Schema.Field field, Column column, Located<?> place) {
    String where = "the column '" + column.name() + "' of " + table.id() + " ";
    if (column.generated()) {
      fail(
          place,
          where + "is generated by the database and cannot take '" + field.name() + "'",
          "write omit: [" + field.name() + "], or name another column");
      return;
    }
    ColumnFit.check(field.schema(), column.type())
        .ifPresent(
            misfit ->
                fail(
                    place,
                    where + misfit.cause() + " (field '" + field.name() + "')",
                    alter(column, misfit.wanted())));
    if (field.schema().isNullable() && !column.nullable()) {
      place.warning(
          problems,
          where + "is NOT NULL, the field '" + field.name() + "' may be absent",
          "give the field a default in the mapping, or ALTER TABLE "
              + table.id().sql()
              + " ALTER COLUMN "
              + Sql.quote(column.name())
              + " DROP NOT NULL;");
    }
  }

  private String alter(Column column, String wanted) {
    if (wanted.isEmpty()) {
      return "name another column, or omit the field";
    }
    String using =
        wanted.equals("timestamp with time zone")
                && column.type().postgres().contains("without time zone")
            ? " USING " + Sql.quote(column.name()) + " AT TIME ZONE 'UTC'"
            : "";
    return "ALTER TABLE "
        + table.id().sql()
        + " ALTER COLUMN "
        + Sql.quote(column.name())
        + " TYPE "
        + wanted
        + using
        + ";";
  }

  private void checkRequired(Collection<String> used) {
    for (Column column : table.columns()) {
      if (!column.nullable() && !column.filled() && !used.contains(column.name())) {
        fail(
            at,
            "the column '"
                + column.name()
                + "' of "
                + table.id()
                + " is NOT NULL, has no default and takes no field",
            "map a field to it, or ALTER TABLE "
                + table.id().sql()
                + " ALTER COLUMN "
                + Sql.quote(column.name())
                + " SET DEFAULT …;");
      }
    }
  }

  private void fail(Located<?> place, String cause, String fix) {
    place.error(problems, cause, fix);
    sound = false;
  }
}
