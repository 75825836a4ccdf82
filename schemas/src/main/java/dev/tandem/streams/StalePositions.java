package dev.tandem.streams;

import java.nio.file.Files;
import java.util.Map;

/// Whether local state stands beside a group that Kafka knows nothing of: it was deleted, with its
/// changelogs or without, or forgotten. Streams takes what is in the directory for the end of a
/// changelog that is shorter, so such state has to be made again.
final class StalePositions {
  private StalePositions() {}

  /// No where Kafka does not answer: then nothing is known.
  static boolean areGone(String group, StreamsSettings settings) {
    if (!Files.isDirectory(settings.stateDirectory().resolve(group))) {
      return false;
    }
    return Asked.of(
            settings.client(),
            "positions of " + group,
            admin -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .filter(Map::isEmpty)
        .isPresent();
  }
}
