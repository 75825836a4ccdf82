package dev.tandem.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Of which changelogs the local state of an application was made, by the ids that Kafka gave those
/// topics. An operator may delete the changelogs, and another process make them anew: to Streams a
/// changelog is a name, and what a directory holds of the former one it takes for a part of the new
/// one. So the ids are kept beside the state, and state of other changelogs is to be made again; so
/// is state of which nobody knows.
///
/// @param application id in Kafka
record Changelogs(String application, StreamsSettings settings) {
  private static final Logger LOG = LoggerFactory.getLogger(Changelogs.class);

  /// Whether there is local state that the changelogs of today do not stand for.
  ///
  /// @throws TimeoutException if Kafka does not say what there is
  boolean areOthers() {
    if (!Files.isDirectory(settings.stateDirectory().resolve(application))) {
      return false;
    }
    var found =
        found()
            .orElseThrow(
                () -> new TimeoutException("Kafka does not say which changelogs there are"));
    List<String> kept = kept();
    return kept.isEmpty() || !found.containsAll(kept);
  }

  /// Local state was removed: what comes is of the changelogs of today.
  void renew() {
    try {
      Files.deleteIfExists(file(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keep();
  }

  /// Notes which changelogs local state is made of. One that was made anew meanwhile is not noted:
  /// the state is of the former one, and the next start has to find that out.
  void keep() {
    List<String> found = found().orElse(List.of());
    List<String> kept = kept();
    if (found.isEmpty() || found.equals(kept)) {
      return;
    }
    if (!found.containsAll(kept)) {
      LOG.warn(
          "changelogs of {} were made anew while it ran: local state is made again at the next"
              + " start",
          application);
      return;
    }
    try {
      Path next = Files.write(file(".new"), found);
      Files.move(next, file(""), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("cannot note the changelogs of {}: {}", application, e.getMessage());
    }
  }

  private List<String> kept() {
    try {
      return Files.exists(file("")) ? Files.readAllLines(file("")) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Beside the directory that Streams removes when it clears its state.
  private Path file(String more) {
    return settings.stateDirectory().resolve(application + ".changelogs" + more);
  }

  /// A line for each changelog, in the order of their names.
  private Optional<List<String>> found() {
    String prefix = application + "-";
    return Asked.of(
            settings.client(),
            "changelogs of " + application,
            admin -> admin.listTopics(new ListTopicsOptions().listInternal(true)).listings())
        .map(
            topics -> {
              var ids = new TreeMap<String, String>();
              topics.stream()
                  .filter(it -> it.name().startsWith(prefix) && it.name().endsWith("-changelog"))
                  .forEach(it -> ids.put(it.name(), it.topicId().toString()));
              return ids.entrySet().stream().map(it -> it.getKey() + " " + it.getValue()).toList();
            });
  }
}
