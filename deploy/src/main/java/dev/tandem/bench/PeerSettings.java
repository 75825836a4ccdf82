package dev.tandem.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What each peer is given beyond where its stores are: the one place where that is decided, and
/// what every report prints.
///
/// A peer is set up as somebody who knows it would do it for speed, without giving up what it
/// promises. What is not named here is the peer's default.
public final class PeerSettings {
  /// @param key as the peer's documentation names it
  /// @param because why it is not left at its default
  public record Setting(Part part, String key, String value, String because) {}

  /// What is set up.
  public enum Part {
    NATIVE("PostgreSQL's own replication"),
    DEBEZIUM("Debezium, wherever it runs"),
    INITIAL("Debezium's initial snapshot"),
    INCREMENTAL("Debezium's incremental snapshot"),
    WORKER("Kafka Connect, one worker"),
    SOURCE("Debezium as its source"),
    SINK("Debezium's JDBC sink"),
    DRIVER("The sink's driver, in its URL");

    private final String title;

    Part(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  /// Sink tasks, and partitions of the topic between source and sink.
  static final int TASKS = 4;

  /// The schema of the key of a record between source and sink, in the words of Connect's JSON.
  private static final String KEY_SCHEMA =
      """
      {"type":"struct","optional":false,"fields":[{"type":"int32","optional":false,"field":"id"}]}\
      """;

  private static final String VALUE_SCHEMA =
      """
      {"type":"struct","optional":true,"fields":[{"type":"int32","optional":false,"field":"id"},\
      {"type":"int32","optional":false,"field":"grp"},\
      {"type":"string","optional":false,"field":"name"},\
      {"type":"int64","optional":false,"field":"amt_cents"},\
      {"type":"string","optional":false,"field":"stat_cd"},\
      {"type":"string","optional":true,"field":"note"},\
      {"type":"int64","optional":false,"name":"io.debezium.time.MicroTimestamp","version":1,\
      "field":"changed"}]}\
      """;

  private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";

  private static final List<Setting> ALL =
      List.of(
          set(Part.NATIVE, "binary", "true", "rows travel in binary form"),
          set(Part.DEBEZIUM, "plugin.name", "pgoutput", "what PostgreSQL brings itself"),
          set(Part.DEBEZIUM, "max.batch.size", "8192", "four times the default"),
          set(Part.DEBEZIUM, "max.queue.size", "32768", "four batches"),
          set(Part.DEBEZIUM, "poll.interval.ms", "5", "the default waits for half a second"),
          set(Part.INITIAL, "snapshot.mode", "initial_only", "nothing after it"),
          set(Part.INITIAL, "snapshot.fetch.size", "10240", "rows for each round trip"),
          set(Part.INCREMENTAL, "snapshot.mode", "no_data", "no other snapshot before it"),
          set(
              Part.INCREMENTAL,
              "incremental.snapshot.chunk.size",
              "16384",
              "each chunk costs two signals through the log; the default is 1,024 rows"),
          set(Part.WORKER, "key.converter", JSON, "as for values"),
          set(
              Part.WORKER,
              "value.converter",
              JSON,
              "Confluent's converter to Avro is not on Maven Central"),
          set(Part.WORKER, "offset.flush.interval.ms", "10000", "the default is a minute"),
          set(
              Part.WORKER,
              "task.shutdown.graceful.timeout.ms",
              "60000",
              "so that nothing is read twice after a stop"),
          set(Part.SOURCE, "snapshot.mode", "no_data", "the rows are there; changes alone count"),
          set(Part.SOURCE, "transforms", "unwrap", "the new row alone, without the envelope"),
          set(
              Part.SOURCE,
              "transforms.unwrap.type",
              "io.debezium.transforms.ExtractNewRecordState",
              "about a third of the bytes"),
          set(Part.SOURCE, "key.converter.schemas.enable", "false", "as for values"),
          set(
              Part.SOURCE,
              "value.converter.schemas.enable",
              "false",
              "else each record carries its schema, which is larger than its row"),
          set(Part.SOURCE, "producer.override.linger.ms", "20", "larger batches"),
          set(Part.SOURCE, "producer.override.batch.size", "262144", "larger batches"),
          set(Part.SOURCE, "producer.override.compression.type", "lz4", "cheap, and fewer bytes"),
          set(Part.SINK, "tasks.max", String.valueOf(TASKS), "as many as partitions"),
          set(Part.SINK, "insert.mode", "upsert", "updates are to be written as such"),
          set(Part.SINK, "delete.enabled", "true", "deletes too"),
          set(Part.SINK, "primary.key.mode", "record_key", "needed for both"),
          set(Part.SINK, "schema.evolution", "none", "the table is there"),
          set(Part.SINK, "batch.size", "2000", "rows of one statement; the default is 500"),
          set(
              Part.SINK,
              "use.reduction.buffer",
              "true",
              "of a key only the last change of a batch is written"),
          set(
              Part.SINK,
              "consumer.override.max.poll.records",
              "2000",
              "as many as a batch; the default is 500"),
          set(Part.SINK, "consumer.override.fetch.min.bytes", "65536", "fewer fetches"),
          set(Part.SINK, "consumer.override.fetch.max.wait.ms", "50", "but no long wait for them"),
          set(
              Part.SINK,
              "consumer.override.max.partition.fetch.bytes",
              "4194304",
              "larger fetches; the default is 1 MiB"),
          set(
              Part.DRIVER,
              "reWriteBatchedInserts",
              "true",
              "many rows in one statement; the sink's own way to that, unnest, fails on"
                  + " timestamps"),
          set(Part.SINK, "key.converter.schemas.enable", "true", "as for values"),
          set(Part.SINK, "key.converter.schema.content", KEY_SCHEMA, "as for values"),
          set(Part.SINK, "value.converter.schemas.enable", "true", "the sink asks for a schema"),
          set(
              Part.SINK,
              "value.converter.schema.content",
              VALUE_SCHEMA,
              "named once, instead of with each record"));

  private PeerSettings() {}

  private static Setting set(Part part, String key, String value, String because) {
    return new Setting(part, key, value, because);
  }

  public static List<Setting> all() {
    return ALL;
  }

  /// What a part is set to, in the order in which it is printed.
  static SequencedMap<String, String> of(Part part) {
    var settings = new LinkedHashMap<String, String>();
    ALL.stream()
        .filter(setting -> setting.part == part)
        .forEach(setting -> settings.put(setting.key, setting.value));
    return settings;
  }
}
