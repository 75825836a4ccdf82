package dev.tandem.apply;

import dev.tandem.table.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/// Rows into one table by `COPY`, which takes a third of the server's time of an upsert, and is
/// refused where a row of a key is there already.
record CopyIn(TableSql table) {
  private static final int CHUNK = 1 << 16;

  boolean isPossible() {
    return table.columns().stream().allMatch(CopyText::fits);
  }

  void write(TargetSession session, RowArrays rows) throws SQLException {
    var copy = session.open().unwrap(PGConnection.class).getCopyAPI().copyIn(sql());
    try {
      List<ColumnBinding> columns = table.columns();
      var text = new StringBuilder(CHUNK + 4096);
      for (int row = 0; row < rows.size(); row++) {
        for (int column = 0; column < columns.size(); column++) {
          if (column > 0) {
            text.append('\t');
          }
          CopyText.append(text, columns.get(column), rows.value(row, column));
        }
        text.append('\n');
        if (text.length() >= CHUNK || row == rows.size() - 1) {
          byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
          copy.writeToCopy(bytes, 0, bytes.length);
          text.setLength(0);
        }
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private String sql() {
    return "COPY "
        + table.table().sql()
        + " ("
        + table.columns().stream()
            .map(column -> Sql.quote(column.column().name()))
            .collect(Collectors.joining(", "))
        + ") FROM STDIN";
  }
}
