package dev.tandem.streams;

import dev.tandem.plan.ContractSize;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// How a streams application of a domain runs.
///
/// @param client properties of the Kafka clients and of Kafka Streams, `bootstrap.servers` among
///     them; they win over the defaults here, one thread and no standbys among those, but not over
///     what exactness needs
/// @param stateDirectory where the stores live; kept over restarts
/// @param memory bytes by which the write buffers of the RocksDB stores are sized ([RocksMemory])
public record StreamsSettings(Map<String, String> client, Path stateDirectory, long memory) {
  /// Bytes; a kept row is a little larger than its outbox record, which may have 16 MiB.
  private static final int LARGEST_RECORD = 20 << 20;

  public StreamsSettings {
    client = Map.copyOf(client);
    if (memory < 16 << 20) {
      throw new IllegalArgumentException("expected at least 16 MiB of memory, found " + memory);
    }
  }

  /// 64 MiB.
  public static StreamsSettings of(Map<String, String> client, Path stateDirectory) {
    return new StreamsSettings(client, stateDirectory, 64 << 20);
  }

  /// Bytes that key and value of a record may have together, so that the producers take it.
  public int largestRecord() {
    String plain = client.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    String own =
        client.getOrDefault(
            StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), plain);
    long request = own == null ? LARGEST_RECORD : Long.parseLong(own);
    return Math.clamp(request - ContractSize.ROOM, 0, LARGEST_RECORD);
  }

  /// Whether other instances keep copies of the state, as far as there are others.
  boolean hasStandbys() {
    String standbys = client.getOrDefault(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "0");
    return Integer.parseInt(standbys.strip()) > 0;
  }

  /// The properties that an application runs with.
  public Properties properties(String applicationId) {
    var properties = new Properties();
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    // A broker that is away for longer ends what is open: then all state that was being written is
    // made again. What a lost process leaves open need not wait for this: its successor ends it.
    properties.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 60_000);
    // What the outbox takes, state and contract take too.
    properties.put(StreamsConfig.producerPrefix("max.request.size"), LARGEST_RECORD);
    properties.put(StreamsConfig.topicPrefix("max.message.bytes"), LARGEST_RECORD);
    properties.put(StreamsConfig.producerPrefix("linger.ms"), 5);
    properties.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
    properties.put(StreamsConfig.producerPrefix("batch.size"), 128 << 10);
    properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 10_000);
    // It is how members learn that partitions are to be had.
    properties.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1_000);
    properties.put(StreamsConfig.consumerPrefix("max.poll.records"), 2_000);
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 4_000);
    properties.putAll(client);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // No order between two sources means anything here, so neither waits for the other.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    return properties;
  }
}
