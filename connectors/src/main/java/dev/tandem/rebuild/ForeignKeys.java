package dev.tandem.rebuild;

import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The foreign keys of a domain's tables in an exchange. Tables that are being loaded have none: of
/// a compacted topic a child can come before its parent, and a key into a table outside of the
/// domain would refuse the application's own deletes there. They come with the place:
///
/// 1. what the live tables have and the next ones have not is made on the next ones, unchecked, as
///    soon as they stand where the spec says, so that every definition means what it says;
/// 2. what leads out of the domain goes from the tables that leave;
/// 3. after the commit what was made is validated, under a lock that stops no writer. A comment on
///    each says so until then, so that it is known also where nobody came to it.
final class ForeignKeys {
  private static final String KEYS =
      """
      SELECT n.nspname, c.relname, quote_ident(k.conname), pg_get_constraintdef(k.oid),
             k.convalidated::text, rn.nspname, r.relname, obj_description(k.oid, 'pg_constraint')
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
        JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
        JOIN pg_class r ON r.oid = k.confrelid
        JOIN pg_namespace rn ON rn.oid = r.relnamespace
       ORDER BY 1, 2, 3""";
  private static final String PENDING = "tandem: to be validated";
  private static final String BROKEN = "23503";
  private static final String UNCHECKED = " NOT VALID";

  /// @param name quoted
  record Key(TableId table, String name, String definition, Checked checked, TableId referenced) {}

  /// Whether every row was held to a key.
  private enum Checked {
    YES,
    /// It is to be.
    PENDING,
    /// Nobody asked for it.
    NO
  }

  /// One key that is to be validated.
  ///
  /// @param name quoted
  record Validation(TableId table, String name) {
    String sql() {
      return "ALTER TABLE " + table.sql() + " VALIDATE CONSTRAINT " + name;
    }

    private String comment(String comment) {
      return "COMMENT ON CONSTRAINT " + name + " ON " + table.sql() + " IS " + comment;
    }
  }

  private final Ddl ddl;
  private final Set<TableId> tables;

  /// @param ddl with a search path of none but the catalog, so that definitions name schemas
  /// @param tables of the domain, as the spec names them
  ForeignKeys(Ddl ddl, Set<TableId> tables) {
    this.ddl = ddl;
    this.tables = tables;
  }

  /// What an exchange has to do with the keys of the live tables.
  ///
  /// @param missing to be made on the next tables, once they stand in the live ones' place
  /// @param outward to be dropped from those that leave
  record Plan(List<Key> missing, List<Key> outward) {}

  /// Looked at before anything has moved.
  Plan plan(String former) throws SQLException {
    var own =
        keys(tables.stream().map(table -> new TableId(former, table.name())).toList()).stream()
            .map(key -> key.table().name() + " " + key.name())
            .collect(Collectors.toSet());
    var live = keys(tables);
    return new Plan(
        live.stream().filter(key -> !own.contains(key.table().name() + " " + key.name())).toList(),
        live.stream().filter(key -> !tables.contains(key.referenced())).toList());
  }

  private List<Key> keys(Collection<TableId> of) throws SQLException {
    var keys = new ArrayList<Key>();
    for (String[] row :
        ddl.ask(
            KEYS,
            of.stream().map(TableId::schema).toList(),
            of.stream().map(TableId::name).toList())) {
      keys.add(
          new Key(
              new TableId(row[0], row[1]),
              row[2],
              row[3],
              row[4].equals("true")
                  ? Checked.YES
                  : row[7].equals(PENDING) ? Checked.PENDING : Checked.NO,
              new TableId(row[5], row[6])));
    }
    return keys;
  }

  /// After the tables have changed places.
  ///
  /// @return what is to be run after the commit, each by itself
  List<Validation> move(Plan plan, String kept) throws SQLException {
    for (Key key : plan.outward()) {
      ddl.run(
          "ALTER TABLE "
              + new TableId(kept, key.table().name()).sql()
              + " DROP CONSTRAINT "
              + key.name());
    }
    var validations = new ArrayList<Validation>();
    for (Key key : plan.missing()) {
      String alter = "ALTER TABLE " + key.table().sql();
      String unchecked = key.definition().endsWith(UNCHECKED) ? "" : UNCHECKED;
      ddl.run(alter + " ADD CONSTRAINT " + key.name() + " " + key.definition() + unchecked);
      if (key.checked() != Checked.NO) {
        var validation = new Validation(key.table(), key.name());
        ddl.run(validation.comment(Sql.literal(PENDING)));
        validations.add(validation);
      }
    }
    return validations;
  }

  /// What an exchange left to be validated.
  List<Validation> pending() throws SQLException {
    return keys(tables).stream()
        .filter(key -> key.checked() == Checked.PENDING)
        .map(key -> new Validation(key.table(), key.name()))
        .toList();
  }

  /// Runs a validation; a live table that breaks its key goes on to be written, and is named.
  ///
  /// @return how it ended
  static String validate(Connection target, Validation validation) throws SQLException {
    try (var statement = target.createStatement()) {
      statement.execute("SET lock_timeout = '5s'");
      statement.execute(validation.sql());
      statement.execute(validation.comment("NULL"));
      return validation.sql();
    } catch (SQLException e) {
      return "-- not validated, SQL state "
          + e.getSQLState()
          + "; new rows are checked all the same; fix: "
          + (BROKEN.equals(e.getSQLState()) ? "mend the rows that refer to nothing, then: " : "")
          + validation.sql();
    }
  }
}
