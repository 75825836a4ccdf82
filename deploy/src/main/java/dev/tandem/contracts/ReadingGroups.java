package dev.tandem.contracts;

import dev.tandem.clients.KafkaAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/// The groups of a cluster that read, of each kind that Kafka has: consumers, of either protocol;
/// streams, of their own protocol; and share groups, whose position is the first record that one of
/// them may still be given.
final class ReadingGroups {
  private static final long NOWHERE = -1;
  private static final Members GONE = new Members("gone", 0);

  private final Admin admin;
  private final Map<String, Kind> kinds = new TreeMap<>();

  private enum Kind {
    CONSUMERS,
    STREAMS,
    SHARE
  }

  /// @param state of the group, as Kafka names it, in small letters
  record Members(String state, int count) {
    private static Members of(GroupState state, int count) {
      return new Members(state.name().toLowerCase(Locale.ROOT), count);
    }
  }

  private ReadingGroups(Admin admin) {
    this.admin = admin;
  }

  /// Those that there are now.
  static ReadingGroups list(Admin admin) {
    var groups = new ReadingGroups(admin);
    for (GroupListing group : answer(admin.listGroups().all())) {
      kind(group).ifPresent(kind -> groups.kinds.put(group.groupId(), kind));
    }
    return groups;
  }

  /// Workers of Connect are groups too, and read nothing.
  private static Optional<Kind> kind(GroupListing group) {
    GroupType type = group.type().orElse(GroupType.UNKNOWN);
    return switch (type) {
      case STREAMS -> Optional.of(Kind.STREAMS);
      case SHARE -> Optional.of(Kind.SHARE);
      case CONSUMER -> Optional.of(Kind.CONSUMERS);
      case CLASSIC, UNKNOWN ->
          group.isSimpleConsumerGroup() || group.protocol().equals("consumer")
              ? Optional.of(Kind.CONSUMERS)
              : Optional.empty();
    };
  }

  /// Of each group, where it stands.
  Map<String, Map<TopicPartition, Long>> positions() {
    var all = new TreeMap<String, Map<TopicPartition, Long>>();
    var committing =
        of(Kind.CONSUMERS, Kind.STREAMS).stream()
            .collect(Collectors.toMap(group -> group, _ -> new ListConsumerGroupOffsetsSpec()));
    if (!committing.isEmpty()) {
      answer(admin.listConsumerGroupOffsets(committing).all())
          .forEach(
              (group, offsets) ->
                  put(all, group, offsets, at -> at == null ? NOWHERE : at.offset()));
    }
    // One that has been given nothing yet reads all the same, from what comes.
    var sharing =
        of(Kind.SHARE).stream()
            .collect(Collectors.toMap(group -> group, _ -> new ListShareGroupOffsetsSpec()));
    if (!sharing.isEmpty()) {
      answer(admin.listShareGroupOffsets(sharing).all())
          .forEach(
              (group, offsets) ->
                  put(all, group, offsets, at -> at == null ? 0 : at.startOffset()));
    }
    return all;
  }

  private List<String> of(Kind... wanted) {
    Set<Kind> any = Set.of(wanted);
    return kinds.keySet().stream().filter(group -> any.contains(kinds.get(group))).toList();
  }

  private interface Offset<T> {
    long of(@Nullable T position);
  }

  private static <T> void put(
      Map<String, Map<TopicPartition, Long>> all,
      String group,
      Map<TopicPartition, @Nullable T> positions,
      Offset<T> offset) {
    var known = new HashMap<TopicPartition, Long>();
    positions.forEach(
        (partition, at) -> {
          if (offset.of(at) != NOWHERE) {
            known.put(partition, offset.of(at));
          }
        });
    all.put(group, known);
  }

  /// Who is in a group now.
  Members members(String group) {
    Kind kind = kinds.get(group);
    if (kind == null) {
      return GONE;
    }
    var asked = List.of(group);
    KafkaFuture<Members> members =
        switch (kind) {
          case CONSUMERS ->
              admin
                  .describeConsumerGroups(asked)
                  .all()
                  .thenApply(it -> it.get(group))
                  .thenApply(it -> Members.of(it.groupState(), it.members().size()));
          case STREAMS ->
              admin
                  .describeStreamsGroups(asked)
                  .all()
                  .thenApply(it -> it.get(group))
                  .thenApply(it -> Members.of(it.groupState(), it.members().size()));
          case SHARE ->
              admin
                  .describeShareGroups(asked)
                  .all()
                  .thenApply(it -> it.get(group))
                  .thenApply(it -> Members.of(it.groupState(), it.members().size()));
        };
    try {
      return answer(members);
    } catch (KafkaException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return GONE;
      }
      throw e;
    }
  }

  /// @throws KafkaException with the reason as its cause
  static <T> T answer(KafkaFuture<T> future) {
    return KafkaAnswer.of(future, "consumer groups cannot be asked for");
  }
}
