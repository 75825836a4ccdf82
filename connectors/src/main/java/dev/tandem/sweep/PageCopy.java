package dev.tandem.sweep;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/// Takes a page's rows over as the server sends them, and keeps those that fit into a page's bytes.
/// What comes behind is read too and let go: a copy that is cancelled answers the cancellation, or
/// the rest of its rows, to whatever the connection is asked next. Only where far too much would
/// come is the copy given up, and then its connection with it.
final class PageCopy {
  /// So many times a page's bytes are read to the end.
  private static final int PATIENCE = 4;

  private final Connection connection;
  private final PageQuery query;
  private final long mostBytes;

  PageCopy(Connection connection, PageQuery query, long mostBytes) {
    this.connection = connection;
    this.query = query;
    this.mostBytes = mostBytes;
  }

  /// How a copy ended.
  enum End {
    /// Every row was kept.
    WHOLE,
    /// The last rows were not kept.
    CUT,
    /// As [#CUT]; the connection is in the middle of it and good for nothing else.
    GIVEN_UP
  }

  /// @param rows that are kept; one at least, where there is any
  /// @param count rows that came
  /// @param bytes that came
  record Copied(List<SweptRow> rows, int count, long bytes, End end) {}

  Copied read(String sql) throws SQLException {
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    var parser = new CopyRows(query.schema(), query.keySize());
    var rows = new ArrayList<SweptRow>();
    int count = 0;
    long bytes = 0;
    for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
      if (bytes > mostBytes) {
        count += CopyRows.isRow(message) ? 1 : 0;
      } else {
        SweptRow row = parser.read(message);
        if (row != null) {
          rows.add(row);
          count++;
        }
      }
      bytes += message.length;
      if (bytes / PATIENCE > mostBytes) {
        return new Copied(rows, count, bytes, End.GIVEN_UP);
      }
    }
    return new Copied(rows, count, bytes, count == rows.size() ? End.WHOLE : End.CUT);
  }
}
