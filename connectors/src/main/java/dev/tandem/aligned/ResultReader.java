package dev.tandem.aligned;

import dev.tandem.invariant.Result;
import dev.tandem.invariant.Result.Cell;
import dev.tandem.invariant.Result.Column;
import dev.tandem.invariant.Result.Kind;
import dev.tandem.invariant.Result.Row;
import dev.tandem.invariant.SelectRule;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Asks a query of an invariant, in the connection's transaction.
public final class ResultReader {
  /// More rows than that nobody compares in memory; they can be grouped.
  public static final int MOST_ROWS = 100_000;

  private static final Set<String> TEXTS =
      Set.of("text", "varchar", "bpchar", "name", "uuid", "citext");

  /// As EXPLAIN names what it reads.
  private static final Pattern SCAN =
      Pattern.compile("\"Relation Name\": \"([^\"]*)\",\\s*\"Schema\": \"([^\"]*)\"");

  /// What tables are parts of, up to the root, and what they inherit from; with themselves.
  private static final String WITH_PARENTS =
      "WITH RECURSIVE up (oid) AS ("
          + "SELECT to_regclass(name)::oid FROM unnest(?) AS name"
          + " UNION SELECT inhparent FROM pg_inherits JOIN up ON inhrelid = up.oid)"
          + " SELECT nspname, relname FROM up JOIN pg_class AS c ON c.oid = up.oid"
          + " JOIN pg_namespace AS n ON n.oid = relnamespace";

  private ResultReader() {}

  /// It has more than [#MOST_ROWS] rows.
  public static final class TooManyRowsException extends Exception {
    private static final long serialVersionUID = 1;

    TooManyRowsException() {
      super("expected at most " + MOST_ROWS + " rows, found more; fix: group them");
    }
  }

  /// What columns it would have; it is not carried out.
  public static List<Column> columns(Connection connection, String sql) throws SQLException {
    try (var query = connection.prepareStatement(SelectRule.limited(sql, 1))) {
      return columns(query.getMetaData());
    }
  }

  /// Which tables it would read, behind views as well; of a partitioned table its parts, and all
  /// that they are parts of or inherit from. It is not carried out.
  public static Set<TableId> tables(Connection connection, String sql) throws SQLException {
    String explain = "EXPLAIN (VERBOSE, FORMAT JSON) " + SelectRule.limited(sql, 1);
    var tables = new TreeSet<TableId>();
    try (var statement = connection.createStatement();
        var plan = statement.executeQuery(explain)) {
      plan.next();
      var scan = SCAN.matcher(plan.getString(1));
      while (scan.find()) {
        tables.add(new TableId(scan.group(2), scan.group(1)));
      }
    }
    return withParents(connection, tables);
  }

  private static Set<TableId> withParents(Connection connection, Set<TableId> tables)
      throws SQLException {
    var all = new TreeSet<>(tables);
    try (var query = connection.prepareStatement(WITH_PARENTS)) {
      query.setArray(
          1, connection.createArrayOf("text", tables.stream().map(TableId::sql).toArray()));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          all.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return all;
  }

  public static Result read(Connection connection, String sql)
      throws SQLException, TooManyRowsException {
    try (var query = connection.prepareStatement(SelectRule.limited(sql, MOST_ROWS + 1))) {
      query.setFetchSize(1000);
      try (ResultSet found = query.executeQuery()) {
        List<Column> columns = columns(found.getMetaData());
        var rows = new ArrayList<Row>();
        while (found.next()) {
          rows.add(row(found, columns));
        }
        if (rows.size() > MOST_ROWS) {
          throw new TooManyRowsException();
        }
        return new Result(columns, rows);
      }
    }
  }

  private static List<Column> columns(ResultSetMetaData found) throws SQLException {
    var columns = new ArrayList<Column>();
    for (int i = 1; i <= found.getColumnCount(); i++) {
      String type = found.getColumnTypeName(i);
      columns.add(new Column(found.getColumnLabel(i), kind(found.getColumnType(i), type), type));
    }
    return columns;
  }

  private static Kind kind(int jdbc, String type) {
    if (TEXTS.contains(type)) {
      return Kind.TEXT;
    }
    return switch (jdbc) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.REAL -> Kind.NUMBER;
      case Types.DOUBLE -> type.equals("money") ? Kind.OTHER : Kind.NUMBER;
      default -> Kind.OTHER;
    };
  }

  private static Row row(ResultSet found, List<Column> columns) throws SQLException {
    var cells = new ArrayList<Cell>();
    for (int i = 0; i < columns.size(); i++) {
      String text = found.getString(i + 1);
      cells.add(text == null ? new Cell.Null() : Result.cell(columns.get(i).kind(), text));
    }
    return new Row(cells);
  }
}
