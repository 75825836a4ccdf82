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

  /// About so many keys are sampled: those of a block come together, so that fewer would be of too
  /// few blocks.
  private static final double SAMPLE = 10_000;

  /// Of the blocks of a table.
  private static final double LEAST_PERCENT = 0.001;

  /// So many times cheaper than the whole table is what an index leads to.
  private static final int CHEAPER = 10;

  private static final String STATISTICS =
      """
      SELECT sum(greatest(c.reltuples, 0))::bigint, bool_or(c.reltuples < 0),
             sum(pg_relation_size(c.oid))::bigint
        FROM pg_class c
       WHERE c.relkind <> 'p' AND c.oid IN
             (SELECT relid FROM pg_partition_tree(to_regclass(?))
               UNION SELECT to_regclass(?)::oid)""";

  private static final Pattern PLAN_ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");
  private static final Pattern PLAN_COST = Pattern.compile("\"Total Cost\": (\\d+)");
  private static final Pattern PLAN_WIDTH = Pattern.compile("\"Plan Width\": (\\d+)");

  private TableSize() {}

  /// About how many rows a query gives: of a whole table by its statistics, of a part of it by the
  /// planner's guess.
  static long estimate(Connection connection, TableId table, PageQuery query) throws SQLException {
    return query.filter().isComplete()
        ? estimate(connection, table)
        : planned(connection, query.explain(), PLAN_ROWS);
  }

  /// Bytes of a row, by the planner's guess.
  static long width(Connection connection, PageQuery query) throws SQLException {
    return planned(connection, query.explain(), PLAN_WIDTH);
  }

  /// What the plan's topmost node says.
  private static long planned(Connection connection, String explained, Pattern what)
      throws SQLException {
    try (var explain = connection.createStatement();
        var row = explain.executeQuery(explained)) {
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

  /// Where to cut a table for a query: by the rows that have to be looked at, which are those of
  /// the table, unless an index leads to the few that are meant.
  ///
  /// @param rows about how many the query gives
  static List<KeyRange> ranges(Connection connection, TableId table, PageQuery query, long rows)
      throws SQLException {
    long looked =
        query.filter().isComplete() || isIndexed(connection, query)
            ? rows
            : Math.max(rows, estimate(connection, table));
    if (looked <= RangePlan.ROWS) {
      return RangePlan.ranges(List.of(), looked);
    }
    return RangePlan.ranges(sample(connection, query, looked), looked);
  }

  /// Whether the planner means to read much less than the table.
  private static boolean isIndexed(Connection connection, PageQuery query) throws SQLException {
    return planned(connection, query.explain(), PLAN_COST)
        < planned(connection, query.explainTable(), PLAN_COST) / CHEAPER;
  }

  private static List<List<String>> sample(Connection connection, PageQuery query, long rows)
      throws SQLException {
    double percent = Math.clamp(100 * SAMPLE / rows, LEAST_PERCENT, 100);
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
    return sample;
  }
}
