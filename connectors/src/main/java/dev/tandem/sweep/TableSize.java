package dev.tandem.sweep;

import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How large a table is, about, and where to cut it.
final class TableSize {
  /// Below this many bytes rows are counted, not estimated.
  private static final long COUNTED = 32L << 20;

  /// Bytes of a row where nothing else is known.
  private static final long GUESS = 100;

  private static final int KEYS_PER_RANGE = 50;
  private static final String STATISTICS =
      """
      SELECT sum(greatest(c.reltuples, 0))::bigint, bool_or(c.reltuples < 0),
             sum(pg_relation_size(c.oid))::bigint
        FROM pg_class c
       WHERE c.relkind <> 'p' AND c.oid IN
             (SELECT relid FROM pg_partition_tree(to_regclass(?))
               UNION SELECT to_regclass(?)::oid)""";

  private static final Pattern PLAN_ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");
  private static final Pattern PLAN_WIDTH = Pattern.compile("\"Plan Width\": (\\d+)");

  private TableSize() {}

  /// About how many rows a query gives: of a whole table by its statistics, of a part of it by the
  /// planner's guess.
  static long estimate(Connection connection, TableId table, PageQuery query) throws SQLException {
    return query.filter().isComplete()
        ? estimate(connection, table)
        : planned(connection, query, PLAN_ROWS);
  }

  /// Bytes of a row, by the planner's guess.
  static long width(Connection connection, PageQuery query) throws SQLException {
    return planned(connection, query, PLAN_WIDTH);
  }

  /// What the plan's topmost node says.
  private static long planned(Connection connection, PageQuery query, Pattern what)
      throws SQLException {
    try (var explain = connection.createStatement();
        var row = explain.executeQuery(query.explain())) {
      row.next();
      var found = what.matcher(row.getString(1));
      return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
  }

  static long estimate(Connection connection, TableId table) throws SQLException {
    try (var query = connection.prepareStatement(STATISTICS)) {
      query.setString(1, table.sql());
      query.setString(2, table.sql());
      try (var row = query.executeQuery()) {
        row.next();
        long rows = row.getLong(1);
        long bytes = row.getLong(3);
        if (bytes < COUNTED) {
          return count(connection, table);
        }
        return row.getBoolean(2) || rows == 0 ? bytes / GUESS : rows;
      }
    }
  }

  private static long count(Connection connection, TableId table) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + table.sql())) {
      row.next();
      return row.getLong(1);
    }
  }

  static List<KeyRange> ranges(Connection connection, PageQuery query, long rows)
      throws SQLException {
    if (rows <= RangePlan.ROWS) {
      return RangePlan.ranges(List.of(), rows);
    }
    double percent =
        Math.clamp(100.0 * KEYS_PER_RANGE * (rows / RangePlan.ROWS + 1) / rows, 0.001, 100);
    var sample = new ArrayList<List<String>>();
    try (var statement = connection.createStatement();
        var keys = statement.executeQuery(query.sample(percent))) {
      while (keys.next()) {
        var key = new ArrayList<String>();
        for (int i = 1; i <= query.keySize(); i++) {
          key.add(keys.getString(i));
        }
        sample.add(key);
      }
    }
    return RangePlan.ranges(sample, rows);
  }
}
