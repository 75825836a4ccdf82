package dev.tandem.streams;

import dev.tandem.clients.UnresolvedException;
import dev.tandem.image.SortedBytes;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells which records a task meets though its state holds them already. Kafka forgets the
/// positions of a group that was away for longer than `offsets.retention.minutes` (a week, unless
/// set otherwise), and the topic is read from its beginning; or an operator has set them back.
///
/// The rule: state and positions are committed together, so a record at or before the one that the
/// state has seen last was taken, and is passed; if it is of the topic that the state was made of.
/// Whose offsets begin anew after it was deleted and made again is another one, and stops the
/// domain, however long it is by then. So the topic's id is kept with the state. Not thread-safe.
public final class TakenBefore {
  private static final Logger LOG = LoggerFactory.getLogger(TakenBefore.class);
  private final Ids ids;
  private final SortedBytes store;
  private final Set<String> checked = new HashSet<>();
  private final Set<String> told = new HashSet<>();

  /// What topics are, whatever they are called.
  public interface Ids {
    /// @return the id that Kafka gave the topic when it was made, empty where nobody knows now
    String of(String topic);
  }

  /// @param store of the task, in which the ids are kept
  public TakenBefore(Ids ids, SortedBytes store) {
    this.ids = ids;
    this.store = store;
  }

  /// Whether a record was taken before.
  ///
  /// @param seen offset of the record that the state has seen last, -1 for none
  /// @throws DomainStoppedException if the topic was made anew since
  public boolean holds(RecordMetadata from, long seen) {
    if (checked.add(from.topic())) {
      requireSame(from.topic(), seen);
    }
    if (from.offset() > seen) {
      return false;
    }
    if (told.add(from.topic())) {
      LOG.warn(
          "{}-{} is read again from offset {}, and was read up to {} before: the group's positions"
              + " are gone or were set back; what was taken is passed",
          from.topic(),
          from.partition(),
          from.offset(),
          seen);
    }
    return true;
  }

  private void requireSame(String topic, long seen) {
    String id = ids.of(topic);
    if (id.isEmpty()) {
      return;
    }
    byte[] key = ("id of " + topic).getBytes(StandardCharsets.UTF_8);
    byte[] kept = store.get(key);
    if (kept == null) {
      store.put(key, id.getBytes(StandardCharsets.UTF_8));
    } else if (!id.equals(new String(kept, StandardCharsets.UTF_8))) {
      throw new DomainStoppedException(
          topic
              + ": expected the topic that was read up to offset "
              + seen
              + ", found another one of that name: it was deleted and made anew, and what it held is"
              + " gone; fix: tear the migration down and set it up again");
    }
  }

  /// As a broker says, each topic asked for once.
  ///
  /// @param client how Kafka is reached
  public static Ids askedOf(Map<String, String> client) {
    var known = new ConcurrentHashMap<String, String>();
    return topic -> {
      String id = known.computeIfAbsent(topic, it -> ask(client, it));
      if (id.isEmpty()) {
        known.remove(topic);
      }
      return id;
    };
  }

  private static String ask(Map<String, String> client, String topic) {
    try {
      return Asked.of(
              client,
              "id of " + topic,
              admin -> admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
          .map(described -> described.topicId().toString())
          .orElse("");
    } catch (UnresolvedException away) {
      return "";
    }
  }
}
