package dev.tandem.capture;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.table.TableId;
import io.debezium.engine.RecordChangeEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/// Reads a slot's log as capture does, up to the changes that capture would write, and drops them:
/// so that it can be measured what reading costs without writing. Confirms nothing to the slot. It
/// runs from its construction until it is closed.
public final class LogDrain implements AutoCloseable {
  private final LogReader reader;
  private final LogEngine engine;
  private final AtomicLong changes = new AtomicLong();

  /// @param names of the slot and the publication, which exist
  /// @param tables that the publication holds
  public LogDrain(PostgresAccess store, CaptureNames names, Set<TableId> tables)
      throws SQLException {
    PostgresCatalog catalog;
    long nextXid;
    try (Connection connection = store.connect();
        var statement = connection.createStatement();
        var next = statement.executeQuery("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")) {
      catalog = PostgresCatalog.read(connection, tables);
      next.next();
      nextXid = Long.parseLong(next.getString(1));
    }
    reader = new LogReader(names.slot(), catalog::table, () -> nextXid, _ -> {});
    engine = new LogEngine(store, names, tables, this::drop);
    engine.start();
  }

  private int drop(List<RecordChangeEvent<SourceRecord>> events) {
    long found = 0;
    for (RecordChangeEvent<SourceRecord> event : events) {
      if (reader.read(event.record()) instanceof LogReader.Event.Changed) {
        found++;
      }
    }
    changes.addAndGet(found);
    return -1;
  }

  /// How many were read so far.
  public long changes() {
    return changes.get();
  }

  /// Why it has ended; null while it has not, or if nothing is known.
  public @Nullable Throwable failure() {
    return engine.failure();
  }

  @Override
  public void close() {
    engine.close();
  }
}
