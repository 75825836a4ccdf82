package dev.tandem.streams;

import dev.tandem.clients.UnresolvedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription.Sink;

/// The topics that a topology writes to, which must exist: Streams itself would wait for one that
/// was deleted, again and again, and say no more than that it does.
record WrittenTopics(Set<String> names) {
  /// Brokers learn of a topic one after the other: so often one is looked for that was perhaps only
  /// just made, and so long in between.
  private static final int LOOKS = 5;

  private static final long BETWEEN = 1_000_000_000L;

  static WrittenTopics of(Topology topology) {
    var names = new TreeSet<String>();
    topology.describe().subtopologies().stream()
        .flatMap(part -> part.nodes().stream())
        .filter(Sink.class::isInstance)
        .map(node -> ((Sink) node).topic())
        .filter(topic -> topic != null)
        .forEach(names::add);
    return new WrittenTopics(names);
  }

  /// @throws DomainStoppedException if some are not there, and do not come
  void require(Map<String, String> client, DomainStreams.Name by) {
    Optional<String> missing = missing(client);
    for (int i = 1; i < LOOKS && missing.isPresent(); i++) {
      LockSupport.parkNanos(BETWEEN);
      missing = missing(client);
    }
    if (missing.isPresent()) {
      throw new DomainStoppedException(by + ": " + missing.get());
    }
  }

  /// Those that are not there, in words with the fix; empty where all are, or Kafka does not say.
  Optional<String> missing(Map<String, String> client) {
    try {
      return Asked.of(client, "topics " + names, admin -> admin.listTopics().names())
          .map(this::without)
          .filter(missing -> !missing.isEmpty())
          .map(
              missing ->
                  "there is no topic "
                      + String.join(", ", missing)
                      + ", which it writes; tandem doctor SPEC says what heals that");
    } catch (UnresolvedException away) {
      return Optional.empty();
    }
  }

  private List<String> without(Set<String> found) {
    return names.stream().filter(name -> !found.contains(name)).toList();
  }
}
