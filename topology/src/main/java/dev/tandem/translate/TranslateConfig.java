package dev.tandem.translate;

import dev.tandem.plan.ContractSize;
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
  /// @param largestRecord bytes that key and value of a contract record may have together
  public record Limits(
      int baselineStep,
      int poisonWindow,
      Duration progressEvery,
      Duration registryPatience,
      int largestRecord) {
    public static final Limits DEFAULT =
        new Limits(
            20_000, 200, Duration.ofMillis(200), Duration.ofSeconds(60), ContractSize.LARGEST);

    public Limits {
      if (baselineStep < 1 || poisonWindow < 1) {
        throw new IllegalArgumentException(
            "expected sizes above 0, found " + baselineStep + " and " + poisonWindow);
      }
    }
  }

  /// What a contract record may have where the producers take less than the topics.
  int largestRecord() {
    return Math.min(limits.largestRecord, streams.largestRecord());
  }

  /// Default limits.
  public static TranslateConfig of(Map<String, String> client, Path stateDirectory) {
    return new TranslateConfig(StreamsSettings.of(client, stateDirectory), Limits.DEFAULT);
  }
}
