package dev.tandem.table;

import dev.tandem.table.SqlTokens.Kind;
import dev.tandem.table.SqlTokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads what a script says of columns and constraints of one table.
///
/// @param types that scripts declare, by name
record ColumnScript(Map<String, ColumnType> types) {
  /// With these ends the type of a column.
  private static final Set<String> AFTER_TYPE =
      Set.of(
          "not",
          "null",
          "default",
          "primary",
          "unique",
          "references",
          "check",
          "constraint",
          "generated",
          "collate",
          "storage",
          "compression",
          "using",
          "deferrable",
          "initially");

  /// A constraint of the table, if one comes next; whether one did.
  boolean constraint(SqlCursor cursor, TableDraft draft) {
    if (cursor.isAt("like")) {
      throw cursor.unread("a column or a constraint");
    }
    String name = cursor.accept("constraint") ? cursor.name() : "";
    if (cursor.accept("primary", "key")) {
      draft.primaryKey(cursor.names());
    } else if (cursor.accept("unique")) {
      cursor.accept("nulls", "not", "distinct");
      List<String> key = cursor.names();
      if (!isDeferrable(cursor)) {
        draft.unique(name, key);
      }
    } else if (cursor.accept("foreign", "key")) {
      List<String> own = cursor.names();
      cursor.expect("references");
      references(cursor, own, draft);
    } else if (!cursor.isAt("check") && !cursor.isAt("exclude") && !cursor.isAt("not", "null")) {
      if (!name.isEmpty()) {
        throw cursor.unread("a constraint");
      }
      return false;
    }
    cursor.skipAll();
    return true;
  }

  private static boolean isDeferrable(SqlCursor cursor) {
    List<Token> rest = cursor.rest();
    for (int i = 0; i < rest.size(); i++) {
      if (rest.get(i).is("deferrable") && (i == 0 || !rest.get(i - 1).is("not"))) {
        return true;
      }
    }
    return false;
  }

  private static void references(SqlCursor cursor, List<String> own, TableDraft draft) {
    TableId referenced = cursor.table();
    draft.refer(own, referenced, cursor.isAt("(") ? cursor.names() : List.of());
  }

  /// The definition of a column.
  void column(SqlCursor cursor, TableDraft draft) {
    String name = cursor.name();
    if (cursor.isDone()) {
      throw cursor.unread("the type of column " + name);
    }
    boolean serial = cursor.peek().text().endsWith("serial");
    draft.add(new Column(name, type(cursor), !serial, serial, false));
    while (!cursor.isDone()) {
      property(cursor, name, draft);
    }
  }

  private static void property(SqlCursor cursor, String name, TableDraft draft) {
    if (cursor.accept("constraint")) {
      cursor.name();
    } else if (cursor.accept("not", "null")) {
      draft.change(name, TableDraft::notNull);
    } else if (cursor.accept("primary", "key")) {
      draft.primaryKey(List.of(name));
    } else if (cursor.accept("unique")) {
      draft.unique("", List.of(name));
    } else if (cursor.accept("references")) {
      references(cursor, List.of(name), draft);
    } else if (cursor.accept("default")) {
      draft.change(name, ColumnScript::filled);
      cursor.next();
    } else if (cursor.accept("generated", "always", "as") && cursor.isAt("(")) {
      draft.change(name, ColumnScript::generated);
    } else if (cursor.accept("identity") || cursor.accept("generated", "by", "default", "as")) {
      draft.change(name, column -> TableDraft.notNull(filled(column)));
    } else if (cursor.isAt("(")) {
      cursor.skipParentheses();
    } else {
      cursor.next();
    }
  }

  /// `ALTER COLUMN …`.
  void alter(SqlCursor cursor, TableDraft draft) {
    String name = cursor.name();
    if (cursor.accept("set", "not", "null")) {
      draft.change(name, TableDraft::notNull);
    } else if (cursor.accept("drop", "not", "null")) {
      draft.change(name, column -> new Column(name, column.type(), true, column.filled(), false));
    } else if (cursor.accept("set", "default") || cursor.accept("add", "generated")) {
      draft.change(name, ColumnScript::filled);
    } else if (cursor.accept("type") || cursor.accept("set", "data", "type")) {
      ColumnType type = type(cursor);
      draft.change(name, column -> column.withType(type));
    } else if (!cursor.isAt("drop", "default") && !cursor.isAt("set")) {
      throw cursor.unread("a change of " + draft.id() + "." + name + " that can be followed");
    }
  }

  private static Column filled(Column column) {
    return new Column(column.name(), column.type(), column.nullable(), true, column.generated());
  }

  private static Column generated(Column column) {
    return new Column(column.name(), column.type(), column.nullable(), true, true);
  }

  /// The type that comes next.
  ColumnType type(SqlCursor cursor) {
    var text = new StringBuilder();
    String last = "";
    while (!cursor.isDone() && !AFTER_TYPE.contains(cursor.peek().text())) {
      Token token = cursor.next();
      last = token.isName() ? token.text() : last;
      boolean word = token.kind() == Kind.WORD || token.kind() == Kind.QUOTED;
      if (word && !text.isEmpty() && text.charAt(text.length() - 1) != '.') {
        text.append(' ');
      }
      text.append(token.kind() == Kind.QUOTED ? Sql.quote(token.text()) : token.text());
    }
    if (text.isEmpty()) {
      throw cursor.unread("a type");
    }
    ColumnType declared = types.get(last);
    if (declared != null && !text.toString().endsWith("]")) {
      return declared;
    }
    String shown = text.toString();
    return SqlType.parse(shown).orElse(new ColumnType(shown, null, shown.endsWith("]")));
  }
}
