package dev.tandem.translate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// How a translation runs.
///
/// @param client properties of the Kafka clients and of Kafka Streams, `bootstrap.servers` among
///     them; they win over the defaults of [TranslateApp], but not over what exactness needs
/// @param stateDirectory where the stores live; kept over restarts
/// @param threads processing threads, at least 1
/// @param memory bytes that all RocksDB stores together may use for blocks and write buffers
/// @param limits sizes that seldom need a change
public record TranslateConfig(
    Map<String, String> client, Path stateDirectory, int threads, long memory, Limits limits) {
  public TranslateConfig {
    client = Map.copyOf(client);
    if (threads < 1) {
      throw new IllegalArgumentException("expected at least 1 thread, found " + threads);
    }
    if (memory < 16 << 20) {
      throw new IllegalArgumentException("expected at least 16 MiB of memory, found " + memory);
    }
  }

  /// @param baselineStep how many aggregates the first translation of everything visits at once
  /// @param poisonWindow how many of the last aggregates decide whether the domain is stopped
  /// @param progressEvery how often the watermark is helped to the outbox's end
  /// @param registryPatience for how long a registry that is away is asked again
  public record Limits(
      int baselineStep, int poisonWindow, Duration progressEvery, Duration registryPatience) {
    public static final Limits DEFAULT =
        new Limits(20_000, 200, Duration.ofMillis(200), Duration.ofSeconds(60));

    public Limits {
      if (baselineStep < 1 || poisonWindow < 1) {
        throw new IllegalArgumentException(
            "expected sizes above 0, found " + baselineStep + " and " + poisonWindow);
      }
    }
  }

  /// One thread, 64 MiB, default limits.
  public static TranslateConfig of(Map<String, String> client, Path stateDirectory) {
    return new TranslateConfig(client, stateDirectory, 1, 64 << 20, Limits.DEFAULT);
  }
}
