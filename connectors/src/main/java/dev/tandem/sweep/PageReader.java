package dev.tandem.sweep;

import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads pages over a connection of its own. The order within a page's transaction is the point:
///
/// 1. ACCESS SHARE on the table: from here on nothing rewrites it (C12);
/// 2. the snapshot, which is the transaction's first;
/// 3. the rows, in that snapshot.
///
/// A page has as many rows as [PageSize] says, and no query of it may run for long: what the server
/// had to end is asked again for fewer rows. A condition that an index serves is asked for a page's
/// worth of its rows; once that takes too long, since they are too sparse, for those among the rows
/// up to a key that was looked up before, so that no page looks at more of the table than that.
///
/// Used by one thread; [#close] may be called by another, and ends a read that hangs, here and in
/// the server.
final class PageReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);

  /// No page of a whole table takes as long, unless it hangs.
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /// For a page's worth of the rows that a condition reads.
  private static final Duration SEARCH = Duration.ofSeconds(2);

  /// So many times the keys of a page are looked at for the rows of one.
  private static final int SPARSE = 20;

  private static final String CANCELLED = "57014";

  /// A server that knows the setting notices while it reads that its client is gone.
  private static final String CHECK_CLIENT =
      "SELECT set_config(name, '2s', false) FROM pg_settings"
          + " WHERE name = 'client_connection_check_interval'";

  private static final String CLOCK_AND_LIMIT =
      "SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::bigint,"
          + " set_config('statement_timeout', '%d', true)";

  private final SweepStores stores;
  private final PageQuery query;
  private final SweepSettings settings;
  private final long floor;
  private final PageSize size;

  /// How many keys to look at; null while the condition is left to the server.
  private @Nullable PageSize window;

  private volatile Connection connection;
  private volatile boolean reading;
  private volatile boolean closed;

  /// @param floor the lowest xmin that a page may have that is read from a standby
  PageReader(SweepStores stores, PageQuery query, SweepSettings settings, long floor)
      throws SQLException {
    this.stores = stores;
    this.query = query;
    this.settings = settings;
    this.floor = floor;
    this.size = new PageSize(settings.pageRows(), settings.pageBytes());
    this.connection = connect();
  }

  private Connection connect() throws SQLException {
    Connection fresh = stores.rows().connectForLong();
    try (var statement = fresh.createStatement()) {
      statement.execute("SET lock_timeout = " + settings.lockTimeout().toMillis());
      statement.execute("SET idle_in_transaction_session_timeout = '60s'");
      statement.execute("SET synchronous_commit = local");
      statement.execute(CHECK_CLIENT);
      if (stores.replica().isPresent()) {
        try (Connection primary = stores.primary().connect()) {
          ReplicaRule.check(primary, fresh);
        }
      }
      return fresh;
    } catch (SQLException | RuntimeException e) {
      fresh.abort(Runnable::run);
      throw e;
    }
  }

  Page read(KeyRange range) throws SQLException {
    while (true) {
      try {
        return attempt(range);
      } catch (SQLException cut) {
        if (closed || !CANCELLED.equals(cut.getSQLState()) || !shrink()) {
          throw cut;
        }
        LOG.info("a page is read again with fewer rows: {}", SweepRefusal.text(cut));
      }
    }
  }

  /// Whether there is a smaller page to try.
  private boolean shrink() {
    if (window == null && !query.filter().isComplete()) {
      window = new PageSize(SPARSE * settings.pageRows(), Long.MAX_VALUE);
      return true;
    }
    PageSize tried = window == null ? size : window;
    return tried.shrink();
  }

  private Page attempt(KeyRange range) throws SQLException {
    reading = true;
    connection.setAutoCommit(false);
    boolean isInCopy = true;
    try (var statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute(query.lock());
      Snapshot snapshot = ReplicationState.snapshot(connection);
      if (stores.replica().isPresent()) {
        ReplicaRule.requireRecovery(connection);
        ReplicaRule.requireReplayed(snapshot, floor);
      }
      long readAt = clock(statement);
      Read read = window == null ? rows(range) : rows(range, window, statement);
      isInCopy = read.end == PageCopy.End.GIVEN_UP;
      return new Page(read.rows, read.rest, read.last, snapshot, readAt);
    } catch (SQLException said) {
      isInCopy = false;
      throw said;
    } finally {
      reading = false;
      leave(isInCopy);
    }
  }

  /// Ends the transaction. A connection in the midst of a copy, also of one whose rows could not be
  /// read, would wait for ever for its end.
  private void leave(boolean isInCopy) throws SQLException {
    if (isInCopy) {
      connection.abort(Runnable::run);
      connection = connect();
    } else {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private record Read(List<SweptRow> rows, KeyRange rest, boolean last, PageCopy.End end) {}

  private Read rows(KeyRange range) throws SQLException {
    int wanted = size.rows();
    PageCopy.Copied copied = copy(range, wanted);
    boolean last = copied.end() == PageCopy.End.WHOLE && copied.count() < wanted;
    return read(range, copied, last);
  }

  /// Those among the first keys of a range.
  private Read rows(KeyRange range, PageSize keys, Statement statement) throws SQLException {
    long begun = System.nanoTime();
    int looked = keys.rows();
    var last = new ArrayList<String>();
    int found = 0;
    try (var row = statement.executeQuery(query.window(range, looked))) {
      if (row.next()) {
        for (int i = 1; i <= query.keySize(); i++) {
          last.add(row.getString(i));
        }
        found = row.getInt(query.keySize() + 1);
      }
    }
    if (last.isEmpty()) {
      return new Read(List.of(), range, true, PageCopy.End.WHOLE);
    }
    int wanted = size.rows();
    PageCopy.Copied copied = copy(range.to(last), wanted);
    if (copied.end() != PageCopy.End.WHOLE || copied.count() == wanted) {
      return read(range, copied, false);
    }
    keys.took(found, 0, Duration.ofNanos(System.nanoTime() - begun));
    return new Read(copied.rows(), range.from(last), found < looked, copied.end());
  }

  private static Read read(KeyRange range, PageCopy.Copied copied, boolean last) {
    KeyRange rest = copied.rows().isEmpty() ? range : range.from(copied.rows().getLast().key());
    return new Read(copied.rows(), rest, last, copied.end());
  }

  private PageCopy.Copied copy(KeyRange range, int rows) throws SQLException {
    long begun = System.nanoTime();
    var copy = new PageCopy(connection, query, settings.pageBytes());
    PageCopy.Copied copied = copy.read(query.page(range, rows));
    size.took(copied.count(), copied.bytes(), Duration.ofNanos(System.nanoTime() - begun));
    return copied;
  }

  /// A log position after everything that the pages read so far have seen.
  Lsn mark(String sweep) throws SQLException {
    return stores.mark(connection, sweep);
  }

  private long clock(Statement statement) throws SQLException {
    boolean isSearch = !query.filter().isComplete() && window == null;
    long most = (isSearch ? SEARCH : LONGEST).toMillis();
    try (var row = statement.executeQuery(CLOCK_AND_LIMIT.formatted(most))) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    Connection current = connection;
    if (reading) {
      try {
        current.unwrap(PGConnection.class).cancelQuery();
      } catch (SQLException unreachable) {
        LOG.debug("a page's query was not cancelled in the server", unreachable);
      }
    }
    current.abort(Runnable::run);
  }
}
