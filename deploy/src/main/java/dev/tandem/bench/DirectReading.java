package dev.tandem.bench;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/// Reads a slot's log by the driver's own replication stream and [PgOutput], and drops the changes.
/// It runs from its construction until it has read all it was to read, or is closed.
final class DirectReading implements LogReading {
  private final Connection connection;
  private final PGReplicationStream stream;
  private final PgOutput decoder;
  private final AtomicLong changes = new AtomicLong();
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  /// @param slot its name, and the publication's
  /// @param wanted changes after which it ends
  DirectReading(PostgresAccess store, String slot, Set<TableId> tables, long wanted)
      throws SQLException {
    this.decoder = decoder(store, tables);
    var properties = new Properties();
    PGProperty.USER.set(properties, store.user());
    PGProperty.PASSWORD.set(properties, store.password());
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    this.connection = DriverManager.getConnection(store.url(), properties);
    this.stream =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(slot)
            .withSlotOption("proto_version", 1)
            .withSlotOption("publication_names", slot)
            .withSlotOption("binary", true)
            .withStatusInterval(5, TimeUnit.SECONDS)
            .start();
    this.thread = Thread.ofPlatform().name("direct-reading").daemon().start(() -> run(wanted));
  }

  private static PgOutput decoder(PostgresAccess store, Set<TableId> tables) throws SQLException {
    try (Connection connection = store.connect();
        var statement = connection.createStatement();
        var next = statement.executeQuery("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")) {
      next.next();
      return new PgOutput(
          PostgresCatalog.read(connection, tables), Long.parseLong(next.getString(1)));
    }
  }

  private void run(long wanted) {
    try {
      while (changes.get() < wanted) {
        var message = stream.read();
        if (decoder.read(message, new Lsn(stream.getLastReceiveLSN().asLong())) != null) {
          changes.incrementAndGet();
        }
      }
    } catch (SQLException | RuntimeException e) {
      failure = e;
    }
  }

  @Override
  public long changes() {
    return changes.get();
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    connection.close();
    thread.join();
  }
}
