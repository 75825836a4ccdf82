package dev.tandem.table;

import dev.tandem.table.SqlTokens.Token;
import dev.tandem.table.Table.ReplicaIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the tables that a script would make in a database, without one: `CREATE TABLE`, `ALTER
/// TABLE`, unique indexes, enums and domains, as people and `pg_dump --schema-only` write them.
/// What makes no table (functions, views, grants, data) is passed over; what changes one in a way
/// that is not known here is refused with its line, so that no table is taken for another than it
/// is.
///
/// What a database alone can know is not in it: a type that the script does not declare and
/// PostgreSQL does not bring has no carrier, as if its values could not travel.
public final class TableScript {
  private final Map<TableId, TableDraft> tables = new LinkedHashMap<>();

  /// Types that scripts declare, by name.
  private final Map<String, ColumnType> types = new HashMap<>();

  private TableScript() {}

  /// @param files in the order in which a database would run them
  /// @throws IOException if one cannot be read
  /// @throws IllegalArgumentException with file, line and fix, for what is not known
  public static Catalog read(List<Path> files) throws IOException {
    var script = new TableScript();
    for (Path file : files) {
      script.run(file.toString(), Files.readString(file));
    }
    return script.catalog();
  }

  /// @throws IllegalArgumentException with line and fix, for what is not known
  public static Catalog parse(String text) {
    var script = new TableScript();
    script.run("script", text);
    return script.catalog();
  }

  private Catalog catalog() {
    return Catalog.of(tables.values().stream().map(draft -> draft.table(tables)).toList());
  }

  private void run(String file, String text) {
    for (List<Token> statement : SqlTokens.statements(text)) {
      var cursor = new SqlCursor(file, statement);
      if (cursor.accept("create")) {
        create(cursor);
      } else if (cursor.accept("alter", "table")) {
        alter(cursor);
      } else if (cursor.accept("drop", "table")) {
        cursor.accept("if", "exists");
        cursor.clauses().forEach(each -> tables.remove(each.table()));
      }
    }
  }

  private void create(SqlCursor cursor) {
    cursor.accept("unlogged");
    if (cursor.accept("table")) {
      table(cursor);
    } else if (cursor.accept("unique", "index")) {
      index(cursor);
    } else if (cursor.accept("type")) {
      String name = cursor.table().name();
      if (cursor.accept("as", "enum")) {
        types.put(name, ColumnType.of(name, Carrier.TEXT));
      }
    } else if (cursor.accept("domain")) {
      String name = cursor.table().name();
      cursor.accept("as");
      ColumnType base = columns().type(cursor);
      types.put(name, new ColumnType(name, base.array() ? null : base.carrier(), base.array()));
    }
  }

  private ColumnScript columns() {
    return new ColumnScript(types);
  }

  private void table(SqlCursor cursor) {
    boolean unlessThere = cursor.accept("if", "not", "exists");
    TableId id = cursor.table();
    if (unlessThere && tables.containsKey(id)) {
      return;
    }
    if (!cursor.isAt("(")) {
      throw cursor.unread("the columns of " + id + " in parentheses");
    }
    var draft = new TableDraft(id);
    for (SqlCursor part : cursor.parts()) {
      if (!part.isDone() && !columns().constraint(part, draft)) {
        columns().column(part, draft);
      }
    }
    if (cursor.isAt("inherits")) {
      throw cursor.unread("a table that inherits nothing");
    }
    tables.put(id, draft);
  }

  private TableDraft draft(SqlCursor cursor) {
    TableId id = cursor.table();
    TableDraft draft = tables.get(id);
    if (draft == null) {
      throw cursor.unread("a table that was created before (" + id + " was not)");
    }
    return draft;
  }

  private void index(SqlCursor cursor) {
    cursor.accept("concurrently");
    cursor.accept("if", "not", "exists");
    String name = cursor.isAt("on") ? "" : cursor.table().name();
    cursor.expect("on");
    cursor.accept("only");
    TableDraft draft = draft(cursor);
    if (cursor.accept("using")) {
      cursor.name();
    }
    List<SqlCursor> key = cursor.parts();
    boolean partial = cursor.rest().stream().anyMatch(token -> token.is("where"));
    boolean plain = key.stream().allMatch(part -> isColumn(part, draft));
    if (plain && !partial) {
      draft.unique(name, key.stream().map(SqlCursor::name).toList());
    }
  }

  private static boolean isColumn(SqlCursor part, TableDraft draft) {
    List<Token> tokens = part.rest();
    return !tokens.isEmpty()
        && tokens.getFirst().isName()
        && draft.has(tokens.getFirst().text())
        && tokens.stream().noneMatch(token -> token.is("("));
  }

  private void alter(SqlCursor cursor) {
    cursor.accept("if", "exists");
    cursor.accept("only");
    if (cursor.rest().stream().anyMatch(token -> token.is("owner"))) {
      return;
    }
    TableDraft draft = draft(cursor);
    for (SqlCursor action : cursor.clauses()) {
      act(action, draft);
    }
  }

  private void act(SqlCursor action, TableDraft draft) {
    if (action.accept("replica", "identity")) {
      identity(action, draft);
    } else if (action.accept("add")) {
      if (!columns().constraint(action, draft)) {
        action.accept("column");
        boolean unlessThere = action.accept("if", "not", "exists");
        if (!unlessThere || !draft.has(action.peek().text())) {
          columns().column(action, draft);
        }
      }
    } else if (action.accept("drop", "column")) {
      action.accept("if", "exists");
      draft.drop(action.name());
    } else if (action.accept("alter")) {
      action.accept("column");
      columns().alter(action, draft);
    } else if (!isHarmless(action)) {
      throw action.unread("a change of " + draft.id() + " that can be followed without a database");
    }
  }

  /// What says nothing of columns and keys.
  private static boolean isHarmless(SqlCursor action) {
    return action.isAt("set")
        || action.isAt("reset")
        || action.isAt("enable")
        || action.isAt("disable")
        || action.isAt("validate")
        || action.isAt("cluster")
        || action.isAt("force")
        || action.isAt("no", "force");
  }

  private static void identity(SqlCursor action, TableDraft draft) {
    if (action.accept("using", "index")) {
      draft.identity(ReplicaIdentity.INDEX, action.name());
      return;
    }
    Optional<ReplicaIdentity> kind =
        action.accept("full")
            ? Optional.of(ReplicaIdentity.FULL)
            : action.accept("nothing")
                ? Optional.of(ReplicaIdentity.NOTHING)
                : action.accept("default")
                    ? Optional.of(ReplicaIdentity.DEFAULT)
                    : Optional.empty();
    draft.identity(
        kind.orElseThrow(() -> action.unread("FULL, DEFAULT, NOTHING or USING INDEX")), "");
  }
}
