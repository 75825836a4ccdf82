package dev.tandem.bench;

import dev.tandem.bench.PeerSettings.Part;
import dev.tandem.postgres.PostgresAccess;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;

/// Debezium in this process, whose records of one table are counted and dropped. It runs from its
/// construction until it is closed.
final class CountingEngine implements AutoCloseable {
  private static final long LONGEST_MINUTES = 5;

  private final String topic;
  private final long rows;
  private final AtomicLong seen = new AtomicLong();
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  /// @param properties with a `topic.prefix`
  /// @param table with its schema
  /// @param rows after which it is done
  CountingEngine(Properties properties, String table, long rows) {
    this.topic = properties.getProperty("topic.prefix") + "." + table;
    this.rows = rows;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties)
            .using((boolean _, String message, Throwable _) -> failed(message))
            .notifying(
                (records, committer) -> {
                  count(records.stream().filter(this::isOfTable).count());
                  committer.markProcessed(records.getLast());
                  committer.markBatchFinished();
                })
            .build();
    thread.execute(engine);
  }

  /// What every use of it needs.
  ///
  /// @param name of the engine, its topics, its slot and its publication
  static Properties properties(PostgresAccess legacy, String name, Part part) {
    var properties = new Properties();
    properties.put("name", name);
    properties.put("topic.prefix", name);
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.put("database.hostname", legacy.host());
    properties.put("database.port", String.valueOf(legacy.port()));
    properties.put("database.dbname", legacy.database());
    properties.put("database.user", legacy.user());
    properties.put("database.password", legacy.password());
    properties.put("slot.name", name);
    properties.put("slot.drop.on.stop", "true");
    properties.put("publication.name", name);
    properties.put("publication.autocreate.mode", "disabled");
    properties.putAll(PeerSettings.of(Part.DEBEZIUM));
    properties.putAll(PeerSettings.of(part));
    return properties;
  }

  private boolean isOfTable(RecordChangeEvent<SourceRecord> event) {
    return topic.equals(event.record().topic());
  }

  private void count(long more) {
    if (more > 0) {
      long all = seen.addAndGet(more);
      begun.complete(null);
      if (all >= rows) {
        done.complete(null);
      }
    }
  }

  /// From the first batch of records to the last.
  Measured measure(Subject subject, ProcessorTime processor) throws Exception {
    begun.get(LONGEST_MINUTES, TimeUnit.MINUTES);
    long from = seen.get();
    var clock = Measurement.begin(processor);
    done.get(LONGEST_MINUTES, TimeUnit.MINUTES);
    return clock.end(subject, rows - from);
  }

  private void failed(String message) {
    var failure = new IllegalStateException("Debezium ended early: " + message);
    begun.completeExceptionally(failure);
    done.completeExceptionally(failure);
  }

  @Override
  public void close() throws IOException {
    try {
      engine.close();
    } finally {
      thread.close();
    }
  }
}
