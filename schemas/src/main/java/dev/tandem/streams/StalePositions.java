package dev.tandem.streams;

import dev.tandem.clients.KafkaClients;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether local state stands beside a group that Kafka knows nothing of: it was deleted, with its
/// changelogs or without, or forgotten. Streams takes what is in the directory for the end of a
/// changelog that is shorter, so such state has to be made again.
final class StalePositions {
  private static final Logger LOG = LoggerFactory.getLogger(StalePositions.class);
  private static final int SECONDS = 10;

  private StalePositions() {}

  /// No where Kafka does not answer: then nothing is known.
  static boolean areGone(String group, StreamsSettings settings) {
    if (!Files.isDirectory(settings.stateDirectory().resolve(group))) {
      return false;
    }
    try (var admin = KafkaClients.admin(Map.copyOf(settings.client()))) {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(SECONDS, TimeUnit.SECONDS)
          .isEmpty();
    } catch (ExecutionException | TimeoutException away) {
      LOG.debug("positions of {}: {}", group, away.getMessage());
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
