package dev.tandem.translate;

import dev.tandem.streams.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// How a translation runs.
///
/// @param limits sizes that seldom need a change
public record TranslateConfig(StreamsSettings streams, Limits limits) {
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

  /// Default limits.
  public static TranslateConfig of(Map<String, String> client, Path stateDirectory) {
    return new TranslateConfig(StreamsSettings.of(client, stateDirectory), Limits.DEFAULT);
  }
}
