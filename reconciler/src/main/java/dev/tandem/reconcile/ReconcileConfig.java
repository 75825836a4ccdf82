package dev.tandem.reconcile;

import dev.tandem.streams.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/// How a reconciliation runs.
///
/// @param key of the digests, 16 bytes; the same as long as the state lives. A secret
/// @param limits sizes that seldom need a change
/// @param clock for what is told, never for what is decided
@SuppressWarnings("ArrayRecordComponent") // held, compared by nobody
public record ReconcileConfig(
    StreamsSettings streams, byte[] key, Limits limits, InstantSource clock) {
  /// Milliseconds. An entity that is expected, observed and judged in between is written once;
  /// divergences do not wait for it.
  private static final String COMMIT_EVERY = "500";

  /// @param step how many entities one step of a look at everything visits
  /// @param every how often it goes on with what is under way without a record
  /// @param registryPatience for how long a registry that is away is asked again
  public record Limits(int step, Duration every, Duration registryPatience) {
    public static final Limits DEFAULT =
        new Limits(20_000, Duration.ofMillis(200), Duration.ofSeconds(60));
  }

  /// Bytes; it keeps both sides.
  private static final long MEMORY = 128 << 20;

  /// Default limits, the system's clock.
  public static ReconcileConfig of(Map<String, String> client, Path stateDirectory, byte[] key) {
    var settings = new HashMap<>(client);
    settings.putIfAbsent(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_EVERY);
    return new ReconcileConfig(
        new StreamsSettings(settings, stateDirectory, MEMORY),
        key,
        Limits.DEFAULT,
        InstantSource.system());
  }

  /// Without the key.
  @Override
  public String toString() {
    return "ReconcileConfig[" + streams + ", " + limits + "]";
  }
}
