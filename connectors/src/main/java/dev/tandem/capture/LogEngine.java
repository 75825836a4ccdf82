package dev.tandem.capture;

import dev.tandem.fatal.Fatal;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.table.TableId;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Debezium engine with the slot as its only offset: nothing is stored, so it begins where the
/// slot was confirmed, none of its own skipping is in play, and it confirms to the slot only what
/// the batch handler marked.
final class LogEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogEngine.class);
  private static final String GIVE_UP = "wal_sender_timeout";

  /// So long the engine waits for an answer, of which it asks for short ones alone; while it waits
  /// it cannot be stopped. Of the log that it reads it waits for none.
  private static final String SILENT_SECONDS = "30";

  /// Gets the records in order, in the engine's thread.
  interface Batches {
    /// Handles a batch whole.
    ///
    /// @return index of the last record up to which everything is safe, -1 if none is new
    int handle(List<RecordChangeEvent<SourceRecord>> events) throws Exception;
  }

  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private volatile boolean ended;

  /// Whether the engine was asked to be quiet about its events; used by the engine's thread.
  private boolean unwatched;

  LogEngine(PostgresAccess access, CaptureNames names, Set<TableId> tables, Batches batches) {
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(properties(access, names, tables))
            .using(OffsetCommitPolicy.always())
            .using(
                (boolean success, String message, Throwable error) -> {
                  failure = success ? null : error != null ? error : new IOException(message);
                  ended = true;
                  Fatal.raise(error);
                })
            .notifying((records, committer) -> handle(batches, records, committer))
            .build();
    this.thread =
        Thread.ofPlatform().name(names.transactionalId() + " engine").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Whether it has stopped, by itself or by [#close].
  boolean hasEnded() {
    return ended;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  private void run() {
    try {
      engine.run();
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
      Fatal.raise(thrown);
    } finally {
      ended = true;
    }
  }

  private void handle(
      Batches batches,
      List<RecordChangeEvent<SourceRecord>> events,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    if (!unwatched) {
      unwatched = true;
      engine.getSignaler().signal(UnwatchedEvents.signal());
    }
    int safe;
    try {
      safe = batches.handle(events);
    } catch (InterruptedException | RuntimeException thrown) {
      throw thrown;
    } catch (Exception thrown) {
      throw new IllegalStateException(thrown.getMessage(), thrown);
    }
    if (safe >= 0) {
      committer.markProcessed(events.get(safe));
    }
    committer.markBatchFinished();
  }

  static Properties properties(PostgresAccess access, CaptureNames names, Set<TableId> tables) {
    var properties = new Properties();
    properties.put("name", names.slot());
    properties.put("topic.prefix", names.slot());
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.put("database.hostname", access.host());
    properties.put("database.port", String.valueOf(access.port()));
    properties.put("database.dbname", access.database());
    properties.put("database.user", access.user());
    properties.put("database.password", access.password());
    properties.put("database.sslmode", access.sslMode());
    properties.put("database.tcpKeepAlive", "true");
    access.options().forEach((name, value) -> properties.put("driver." + name, value));
    properties.put("driver.options", serverOptions(access.options().getOrDefault("options", "")));
    properties.put("driver.socketTimeout", SILENT_SECONDS);
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", names.slot());
    properties.put("slot.drop.on.stop", "false");
    properties.put("slot.max.retries", "0");
    properties.put("publication.name", names.publication());
    properties.put("publication.autocreate.mode", "disabled");
    if (names.side() == Side.TARGET) {
      properties.put("table.include.list", tablePatterns(tables));
    }
    // Of the legacy store all that its publication holds is read: a table that is renamed stays in
    // it, and must not fall silent.
    properties.put("column.propagate.source.type", ".*");
    properties.put("snapshot.mode", "no_data");
    properties.put("lsn.flush.mode", "connector");
    properties.put("skipped.operations", "none");
    properties.put("tombstones.on.delete", "false");
    properties.put("provide.transaction.metadata", "true");
    properties.put("message.prefix.include.list", "tandem-none-of-them");
    properties.put("unavailable.value.placeholder", ConnectValues.PLACEHOLDER);
    properties.put("decimal.handling.mode", "string");
    properties.put("time.precision.mode", "microseconds");
    properties.put("binary.handling.mode", "bytes");
    properties.put("schema.name.adjustment.mode", "none");
    properties.put("field.name.adjustment.mode", "none");
    properties.put("errors.max.retries", "0");
    properties.put("max.batch.size", "8192");
    properties.put("max.queue.size", "32768");
    properties.put("max.queue.size.in.bytes", String.valueOf(256L << 20));
    properties.put("poll.interval.ms", "10");
    properties.put("queue.provider.type", CalmQueue.NAME);
    properties.put("status.update.interval.ms", "5000");
    properties.put("signal.enabled.channels", "in-process");
    properties.put("signal.poll.interval.ms", "1000");
    return properties;
  }

  /// How soon the server gives up a connection whose other end is silent, so that another instance
  /// can have the slot: the engine says every five seconds that it lives, from a thread of its own.
  /// What the URL's `options` say of it counts.
  private static String serverOptions(String wanted) {
    return wanted.contains(GIVE_UP) ? wanted : ("-c " + GIVE_UP + "=20s " + wanted).strip();
  }

  /// Regular expressions that match exactly these tables, separated by commas.
  private static String tablePatterns(Set<TableId> tables) {
    return tables.stream()
        .map(
            table ->
                Pattern.compile("([^A-Za-z0-9_])").matcher(table.toString()).replaceAll("\\\\$1"))
        .collect(Collectors.joining(","));
  }

  /// Returns when the engine has ended. It refuses to stop while it starts, so it is asked until it
  /// does; an engine left running would hold the slot against its own successor. So would one whose
  /// stop is interrupted, since it leaves its connection open: it is a thread of its own that asks,
  /// and nobody interrupts that.
  @Override
  public void close() {
    Thread asking =
        Thread.ofPlatform().name(thread.getName() + " stop").daemon().start(this::askToStop);
    boolean interrupted = false;
    while (asking.isAlive()) {
      try {
        asking.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void askToStop() {
    while (thread.isAlive()) {
      try {
        engine.close();
      } catch (IOException | IllegalStateException notNow) {
        LOG.debug("the log's engine does not stop yet", notNow);
      }
      try {
        thread.join(Duration.ofMillis(50));
      } catch (InterruptedException nobodys) {
        throw new IllegalStateException(nobodys);
      }
    }
  }
}
