package dev.tandem.evolution;

import dev.tandem.evolution.SchemaFinding.Severity;
import dev.tandem.lens.Widening;
import dev.tandem.plan.ColumnUse;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The rule of what a domain follows: from how a table's rows are captured to what of it the
/// domain's plan cannot read exactly. Columns that nothing is made from do not matter; a column
/// that has become wider is followed where the contract takes it.
///
/// It is asked by whoever translates and by whoever compares, so that both stop at the same record.
public final class SchemaRule {
  private static final String ANEW =
      "set the domain up anew, with the column as it is called now: what was captured in the"
          + " meantime does not say for certain which row it is of";

  private final DomainPlan plan;
  private final CanonicalRows rows;

  public SchemaRule(DomainPlan plan, CanonicalRows rows) {
    this.plan = plan;
    this.rows = rows;
  }

  public SchemaRule(DomainPlan plan) {
    this(plan, CanonicalRows.of(plan.entities().stream().flatMap(EntityPlan::sources).toList()));
  }

  /// What stands against reading rows captured so; empty if the domain goes on.
  public List<SchemaFinding> findings(RowSchema captured) {
    RowSchema schema = rows.schema(captured);
    var findings = new ArrayList<SchemaFinding>();
    for (EntityPlan entity : plan.entities()) {
      entity
          .sources()
          .filter(source -> source.table().equals(schema.table()))
          .forEach(
              source -> findings.addAll(new Reader(entity, source, captured, schema).findings()));
    }
    return findings;
  }

  /// The same of rows whose table the domain may not know by its name.
  public List<SchemaFinding> judge(RowSchema captured) {
    return rows.knows(captured.table()) ? findings(captured) : List.of(unknown(captured.table()));
  }

  /// What a record of a table that the domain does not read means: it was captured because one of
  /// its tables is called so now.
  public SchemaFinding unknown(TableId table) {
    return new SchemaFinding(
        "the outbox has rows of "
            + table
            + ", which no entity of domain "
            + plan.name()
            + " reads: one of its tables ("
            + String.join(", ", plan.tables().stream().sorted().map(TableId::toString).toList())
            + ") is called so now",
        "name it under 'from' as " + table + ", with its earlier name in 'formerly'",
        Severity.STOPS);
  }

  /// Whether any entity is made from a column.
  public boolean reads(TableId captured, String column) {
    TableId table = rows.table(captured);
    return plan.entities().stream()
        .anyMatch(
            entity ->
                entity
                    .sources()
                    .filter(source -> source.table().equals(table))
                    .anyMatch(source -> isRead(entity, source, column)));
  }

  private static boolean isRead(EntityPlan entity, Source source, String column) {
    return Stream.concat(
            source.columns().stream(),
            entity.mapping().uses(source).stream().map(ColumnUse::column))
        .anyMatch(used -> used.equals(column) || source.now(used).equals(column));
  }

  /// One source of one entity, and how its rows are captured: by the names of then, and by those of
  /// the mapping.
  private record Reader(EntityPlan entity, Source source, RowSchema captured, RowSchema schema) {
    List<SchemaFinding> findings() {
      entity.mapping().follow(source, schema);
      var findings = new ArrayList<SchemaFinding>();
      List<ColumnUse> uses = entity.mapping().uses(source);
      uses.forEach(use -> read(use, findings));
      Set<String> used = new HashSet<>(uses.stream().map(ColumnUse::column).toList());
      source.columns().stream()
          .filter(column -> schema.indexOf(column) < 0)
          .forEach(
              column ->
                  findings.add(
                      missing(
                          column,
                          used.contains(column)
                              ? "by which its rows are told apart"
                              : "by which rows of " + entity.name() + " are told apart or joined",
                          Severity.STOPS)));
      if (source.events().isEmpty()) {
        naming(uses).filter(this::isRenamed).forEach(column -> findings.add(named(column)));
      }
      RowSchema.Key key = schema.key();
      if (key != null) {
        key(key, uses, findings);
      }
      return findings;
    }

    /// The columns that say which row, which aggregate and which partition it is.
    private Stream<String> naming(List<ColumnUse> uses) {
      return Stream.concat(
              source.columns().stream(),
              uses.stream().filter(ColumnUse::naming).map(ColumnUse::column))
          .distinct();
    }

    private boolean isRenamed(String column) {
      return captured.indexOf(column) < 0 && captured.indexOf(source.now(column)) >= 0;
    }

    /// What was captured under the new name before the spec said so could not be placed: inserts
    /// are dead letters, deletes do not say which row they were of. (Events that could not be
    /// placed went to every partition, and each takes its own once it knows the names.)
    private SchemaFinding named(String column) {
      return new SchemaFinding(
          "column "
              + column
              + " of "
              + schema.table()
              + ", by which rows of "
              + entity.name()
              + " are told apart, joined or divided, is called "
              + source.now(column)
              + " now",
          ANEW,
          Severity.STOPS);
    }

    private void read(ColumnUse use, List<SchemaFinding> findings) {
      int index = schema.indexOf(use.column());
      if (index < 0) {
        findings.add(
            missing(
                use.column(),
                "that " + use.field() + " is made from (" + use.place() + ")",
                use.naming() ? Severity.STOPS : Severity.BY_POLICY));
        return;
      }
      RowSchema.Field field = schema.fields().get(index);
      if (field.array() != use.array() || !isRead(use, field)) {
        findings.add(
            new SchemaFinding(
                "rows of "
                    + schema.table()
                    + " come with column "
                    + source.now(use.column())
                    + " as "
                    + type(field)
                    + ", and "
                    + use.field()
                    + " is made from it as "
                    + type(use)
                    + " ("
                    + use.place()
                    + ")",
                "go back to the column's type, or let the contract take the new one: that is"
                    + " another mapping, and needs a generation of its own",
                use.naming() ? Severity.STOPS : Severity.BY_POLICY));
      }
    }

    /// Rows are told apart, joined and divided by the form of a value, not by its text.
    private boolean isRead(ColumnUse use, RowSchema.Field field) {
      return use.naming() || source.columns().contains(use.column())
          ? Widening.isExact(field.carrier(), use.carrier())
          : Widening.isReadable(field.carrier(), use.carrier());
    }

    private SchemaFinding missing(String column, String why, Severity severity) {
      return new SchemaFinding(
          "rows of " + schema.table() + " come without column " + source.now(column) + ", " + why,
          fix(column, severity),
          severity);
    }

    private String fix(String column, Severity severity) {
      if (source.events().isPresent()) {
        return ofEvents(column);
      }
      if (severity == Severity.STOPS) {
        return ANEW;
      }
      return "under 'from' of "
          + entity.name()
          + ", if it is called otherwise now, write renamed: { "
          + column
          + ": its new name }; if it is gone, or was added after these rows were captured,"
          + " write absent: { "
          + column
          + ": its type }, which reads it as NULL, and have the table read again with tandem"
          + " backfill";
    }

    private String ofEvents(String column) {
      return "under 'from' of "
          + entity.name()
          + ", if it is called otherwise now, write renamed: { "
          + column
          + ": its new name }; if it is gone, write absent: { "
          + column
          + ": its type } where events without it can be read, or go back to it";
    }

    private void key(RowSchema.Key key, List<ColumnUse> uses, List<SchemaFinding> findings) {
      if (!source.key().isEmpty()
          && source.names().keyedBy().isEmpty()
          && !new HashSet<>(source.key()).equals(Set.copyOf(key.primary()))) {
        findings.add(
            new SchemaFinding(
                "the primary key of "
                    + schema.table()
                    + " is ("
                    + String.join(", ", key.primary())
                    + "), and "
                    + entity.name()
                    + " tells its rows apart by ("
                    + String.join(", ", source.key())
                    + ")",
                "where ("
                    + String.join(", ", source.key())
                    + ") is unique and NOT NULL still, and the replica identity holds it, write"
                    + " keyed-by: ["
                    + String.join(", ", source.key())
                    + "] under 'from' of "
                    + entity.name()
                    + "; otherwise go back to that key, or set the domain up anew: rows kept by"
                    + " the old key are not found by the new one",
                Severity.STOPS));
        return;
      }
      if (source.events().isPresent()) {
        return; // Of events a delete has nothing to say.
      }
      var needed = new HashSet<>(source.columns());
      uses.stream().filter(ColumnUse::naming).map(ColumnUse::column).forEach(needed::add);
      needed.removeAll(key.identity());
      if (!needed.isEmpty()) {
        findings.add(
            new SchemaFinding(
                "the replica identity of "
                    + schema.table()
                    + " lacks "
                    + String.join(", ", needed.stream().sorted().toList())
                    + ", so a delete does not say which row of "
                    + entity.name()
                    + " it was",
                "ALTER TABLE "
                    + schema.table().sql()
                    + " REPLICA IDENTITY FULL, and set the domain up anew: deletes of the meantime"
                    + " are not known",
                Severity.STOPS));
      }
    }

    private static String type(RowSchema.Field field) {
      return SchemaChange.type(field);
    }

    private static String type(ColumnUse use) {
      return SchemaChange.type(new RowSchema.Field(use.column(), use.carrier(), use.array()));
    }
  }
}
