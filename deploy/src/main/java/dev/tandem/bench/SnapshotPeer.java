package dev.tandem.bench;

import dev.tandem.postgres.PostgresAccess;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;

/// What an initial load is compared with: Debezium's own initial snapshot of the same table, whose
/// records are counted and dropped. Its settings are the defaults of the embedded engine; where it
/// begins to read, and what it has to be told, is in [#properties].
final class SnapshotPeer {
  static final String WHAT = "initial snapshot by Debezium, records dropped";
  private static final long LONGEST_MINUTES = 10;
  private final PostgresAccess legacy;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  SnapshotPeer(PostgresAccess legacy) {
    this.legacy = legacy;
  }

  private static Properties properties(PostgresAccess legacy, String table) {
    var properties = new Properties();
    properties.put("name", "bench-snapshot");
    properties.put("topic.prefix", "bench-snapshot");
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.put("database.hostname", legacy.host());
    properties.put("database.port", String.valueOf(legacy.port()));
    properties.put("database.dbname", legacy.database());
    properties.put("database.user", legacy.user());
    properties.put("database.password", legacy.password());
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", "bench_snapshot");
    properties.put("publication.autocreate.mode", "disabled");
    properties.put("table.include.list", table);
    properties.put("snapshot.mode", "initial_only");
    return properties;
  }

  /// Takes the snapshot; measured from its first batch of records to its last.
  Measured measure(String table, long rows, ProcessorTime processor) throws Exception {
    var seen = new AtomicLong();
    DebeziumEngine<RecordChangeEvent<SourceRecord>> engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties(legacy, table))
            .using((boolean _, String message, Throwable _) -> failed(message))
            .notifying(
                (records, committer) -> {
                  begun.complete(null);
                  if (seen.addAndGet(records.size()) >= rows) {
                    done.complete(null);
                  }
                  committer.markProcessed(records.getLast());
                  committer.markBatchFinished();
                })
            .build();
    try (var thread = Executors.newSingleThreadExecutor()) {
      thread.execute(engine);
      try {
        begun.get(LONGEST_MINUTES, TimeUnit.MINUTES);
        long from = seen.get();
        var clock = Measurement.begin(processor);
        done.get(LONGEST_MINUTES, TimeUnit.MINUTES);
        return clock.end(WHAT, rows - from);
      } finally {
        engine.close();
      }
    }
  }

  private void failed(String message) {
    var failure = new IllegalStateException("Debezium's snapshot ended early: " + message);
    begun.completeExceptionally(failure);
    done.completeExceptionally(failure);
  }
}
