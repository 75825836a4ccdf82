package dev.tandem.contracts;

import dev.tandem.clients.KafkaAnswer;
import dev.tandem.clients.KafkaClients;
import dev.tandem.contracts.MoveRule.Answer;
import dev.tandem.ledger.RepairRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Moves a consumer group from one contract topic of a domain to another: to another version, or to
/// the same version of another translation. It goes on with the change behind the last one that it
/// has read; see [MoveRule].
public final class GroupMove implements AutoCloseable {
  /// The other translation is on its way.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Map<String, Object> client;
  private final Admin admin;

  /// Which group, from where to where.
  public record Wish(String group, ContractTopic from, ContractTopic to) {}

  /// One partition's.
  ///
  /// @param outboxEnd what has been read of the outbox; -1 if nothing was read
  public record Moved(int partition, long from, long to, long outboxEnd) {}

  /// What was done.
  ///
  /// @param reasons why nothing was; empty if it was done
  /// @param asked how many entities come once more in the other topic, since the one before could
  ///     not take them: see [HeldBack]
  public record Outcome(List<Moved> moved, List<String> reasons, int asked) {
    public Outcome {
      moved = List.copyOf(moved);
      reasons = List.copyOf(reasons);
    }
  }

  /// @param client properties of Kafka clients
  public GroupMove(Map<String, Object> client) {
    this.client = Map.copyOf(client);
    this.admin = KafkaClients.admin(client);
  }

  /// Moves it, or nothing.
  public Outcome run(Wish wish) throws InterruptedException {
    var attempt = new Attempt(wish);
    attempt.look();
    if (attempt.reasons.isEmpty()) {
      attempt.place();
    }
    if (!attempt.reasons.isEmpty()) {
      return new Outcome(List.of(), attempt.reasons, 0);
    }
    // What comes of it stands behind where the group goes on.
    var heldBack = new HeldBack(wish.from, wish.to);
    heldBack.read(client);
    if (heldBack.isUnknown()) {
      return new Outcome(List.of(), List.of(unknown(wish)), 0);
    }
    var entities = heldBack.entities();
    if (!entities.isEmpty()) {
      try (var requests = new RepairRequests(client, _ -> wish.to.translation())) {
        requests.sendAll(entities);
      }
    }
    move(wish, attempt.moved);
    return new Outcome(attempt.moved, List.of(), entities.size());
  }

  private static String unknown(Wish wish) {
    return "expected a dead letter of each entity that "
        + wish.from.name()
        + " could not take, found that there were more in a minute than are written; fix: let the"
        + " group read "
        + wish.to.name()
        + " from its beginning";
  }

  /// What was found of one wish; nothing is changed by it.
  private final class Attempt {
    private final Wish wish;
    private final String from;
    private final String to;
    private final Map<Integer, Long> positions = new HashMap<>();
    private final List<Moved> moved = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    Attempt(Wish wish) {
      this.wish = wish;
      this.from = wish.from.name();
      this.to = wish.to.name();
    }

    /// Where the group stands, and whether it can be moved at all.
    void look() {
      if (from.equals(to) || !wish.from.domain().equals(wish.to.domain())) {
        reasons.add("expected two contract topics of one domain, found " + from + " and " + to);
        return;
      }
      int partitions = partitions(from).size();
      if (partitions != partitions(to).size()) {
        reasons.add(
            "expected as many partitions of both topics, found %d and %d"
                .formatted(partitions, partitions(to).size()));
      }
      var group = answer(admin.describeConsumerGroups(List.of(wish.group)).all()).get(wish.group);
      if (group != null && !group.members().isEmpty()) {
        reasons.add(
            "expected a group without members, found %d; fix: stop them first"
                .formatted(group.members().size()));
      }
      answer(admin.listConsumerGroupOffsets(wish.group).partitionsToOffsetAndMetadata())
          .forEach(this::note);
      if (positions.isEmpty()) {
        reasons.add("expected that the group has read " + from + ", found no position of it there");
      }
    }

    private void note(TopicPartition at, @Nullable OffsetAndMetadata position) {
      if (position != null && at.topic().equals(from)) {
        positions.put(at.partition(), position.offset());
      }
      if (position != null && at.topic().equals(to)) {
        reasons.add(
            "expected that the group has not read "
                + to
                + " yet, found a position in "
                + at
                + "; fix: where it is not wanted, kafka-consumer-groups --delete-offsets");
      }
    }

    void place() throws InterruptedException {
      for (int partition : partitions(from)) {
        long position = positions.getOrDefault(partition, 0L);
        switch (place(partition, position)) {
          case MoveRule.Go go ->
              moved.add(new Moved(partition, position, go.offset(), go.outboxEnd()));
          case MoveRule.Wait wait -> reasons.add("partition " + partition + ": " + wait.reason());
          case MoveRule.Refuse refuse ->
              reasons.add("partition " + partition + ": " + refuse.reason());
        }
      }
    }

    private Answer place(int partition, long position) throws InterruptedException {
      boolean other = !wish.from.translated().equals(wish.to.translated());
      try (var read = log(from, partition);
          var next = log(to, partition);
          var translated = log(wish.to.translated(), partition)) {
        var rule = new MoveRule(read, next, other ? translated : null);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = rule.of(position);
        while (answer instanceof MoveRule.Wait && System.nanoTime() < deadline) {
          Thread.sleep(PAUSE);
          answer = rule.of(position);
        }
        return answer;
      }
    }
  }

  private KafkaContractLog log(String topic, int partition) {
    return new KafkaContractLog(client, new TopicPartition(topic, partition));
  }

  /// First the new positions: whoever is interrupted between the two has both, and is told so.
  private void move(Wish wish, List<Moved> moved) {
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    var former = new HashSet<TopicPartition>();
    for (Moved each : moved) {
      positions.put(
          new TopicPartition(wish.to.name(), each.partition), new OffsetAndMetadata(each.to));
      former.add(new TopicPartition(wish.from.name(), each.partition));
    }
    answer(admin.alterConsumerGroupOffsets(wish.group, positions).all());
    answer(admin.deleteConsumerGroupOffsets(wish.group, former).all());
  }

  private List<Integer> partitions(String topic) {
    var described = answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
    return described == null
        ? List.of()
        : described.partitions().stream().map(info -> info.partition()).sorted().toList();
  }

  @Override
  public void close() {
    admin.close();
  }

  private static <T> T answer(KafkaFuture<T> future) {
    return KafkaAnswer.of(future, "a consumer group cannot be moved");
  }
}
