package dev.tandem.apply;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows on their way into arrays, one array per column. Row order is kept.
final class RowArrays {
  private final List<Transport> transports;
  private final List<@Nullable Object[]> rows = new ArrayList<>();

  RowArrays(List<ColumnBinding> columns) {
    transports = columns.stream().map(ColumnBinding::transport).toList();
  }

  void add(@Nullable Object... row) {
    rows.add(row);
  }

  int size() {
    return rows.size();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  @Nullable Object value(int row, int column) {
    return rows.get(row)[column];
  }

  /// The rows from one index up to another.
  RowArrays slice(int from, int to) {
    var slice = new RowArrays(transports, rows.subList(from, to));
    return slice;
  }

  private RowArrays(List<Transport> transports, List<@Nullable Object[]> rows) {
    this.transports = transports;
    this.rows.addAll(rows);
  }

  /// Sets one parameter per column, beginning at `first`.
  ///
  /// @return the number of the next parameter
  int bind(PreparedStatement statement, int first) throws SQLException {
    Connection connection = statement.getConnection();
    for (int column = 0; column < transports.size(); column++) {
      Transport transport = transports.get(column);
      Object[] values = transport.array(rows.size());
      for (int row = 0; row < values.length; row++) {
        values[row] = rows.get(row)[column];
      }
      Array array = connection.createArrayOf(transport.postgres(), values);
      statement.setArray(first + column, array);
    }
    return first + transports.size();
  }

  /// A row's content for comparing, byte arrays by content.
  static List<Object> comparable(@Nullable Object[] row, int[] columns) {
    var values = new ArrayList<Object>();
    for (int column : columns) {
      Object value = row[column];
      values.add(
          value instanceof byte[] bytes
              ? Arrays.toString(bytes)
              : value == null ? RowArrays.class : value);
    }
    return values;
  }
}
