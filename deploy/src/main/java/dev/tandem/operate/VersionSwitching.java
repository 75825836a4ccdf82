package dev.tandem.operate;

import dev.tandem.clients.KafkaClients;
import dev.tandem.contracts.ContractConsumers;
import dev.tandem.contracts.EntityContract;
import dev.tandem.contracts.OffVersions;
import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.ledger.DurableRecord;
import dev.tandem.ledger.LedgerException;
import dev.tandem.run.KafkaAccess;
import dev.tandem.wire.VersionSwitch;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Switches a published version of an entity off, and on again, while everything else goes on. Who
/// did it and why stands in the control topic; the order itself goes to each partition of the
/// translation, which follows it wherever it runs.
///
/// Done again after it was cut off, it changes nothing that was done.
public final class VersionSwitching {
  private final KafkaAccess kafka;
  private final ActionBook book;

  /// What is done although there are members of consumer groups that read the topic.
  public enum Readers {
    HEEDED,
    OVERRIDDEN
  }

  public VersionSwitching(KafkaAccess kafka, String migration, Clock clock) {
    this.kafka = kafka;
    this.book = new ActionBook(kafka, migration, clock);
  }

  /// Returns when the order is durable in each partition.
  ///
  /// @param contract in the topics of the translation that is meant
  /// @return how many partitions
  /// @throws Refusal if the spec does not publish that version, nobody says why, or it is to be
  ///     switched off and is read
  /// @throws LedgerException if it is not durable; a part of the partitions may have it
  public int turn(EntityContract contract, VersionSwitch order, Actor actor, Readers readers) {
    requirePublished(contract, order.version());
    if (actor.why().isBlank()) {
      throw Refusal.wrong("--why: say why version " + order.version() + " is switched");
    }
    if (!order.on() && readers == Readers.HEEDED) {
      requireUnread(contract.topics().contract(order.version()));
    }
    int partitions = partitions(contract.topics().repair());
    OperatorAction action =
        book.begin(
            actor,
            order.on() ? OffVersions.ON : OffVersions.OFF,
            OffVersions.subject(contract, order.version()));
    try {
      DurableRecord.sendAll(
          kafka.objects(),
          IntStream.range(0, partitions)
              .mapToObj(partition -> record(contract.topics().repair(), partition, order))
              .toList(),
          "order");
    } catch (LedgerException e) {
      // A part of it may have been taken, so that nobody can say what is true.
      book.end(action, Outcome.ASKED, String.valueOf(e.getMessage()));
      throw e;
    }
    book.end(action, Outcome.DONE, partitions + " partitions");
    return partitions;
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, int partition, VersionSwitch order) {
    return new ProducerRecord<>(topic, partition, order.key(), null, order.headers());
  }

  private static void requirePublished(EntityContract contract, int version) {
    if (!contract.published().contains(version)) {
      String all =
          contract.published().isEmpty()
              ? "none"
              : contract.published().stream()
                  .map(String::valueOf)
                  .collect(Collectors.joining(", "));
      throw Refusal.wrong(
          "expected a version of "
              + contract.entity()
              + " that the spec publishes beside the one it is translated to ("
              + all
              + "), found "
              + version
              + "; fix: name it in 'publish' and run setup");
    }
  }

  private void requireUnread(String topic) {
    try (var consumers = new ContractConsumers(kafka.objects())) {
      var reading =
          consumers.read(List.of(topic)).stream().filter(group -> group.members() > 0).toList();
      if (!reading.isEmpty()) {
        throw new Refusal(
            Refusal.Kind.CONFLICT,
            "expected nobody to read "
                + topic
                + ", found "
                + reading.stream()
                    .map(group -> group.group() + " (members: " + group.members() + ")")
                    .collect(Collectors.joining(", "))
                + "; fix: move or stop these groups first, or add --despite-readers");
      }
    }
  }

  private int partitions(String topic) {
    try (var admin = KafkaClients.admin(kafka.objects())) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .values()
          .iterator()
          .next()
          .partitions()
          .size();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new Refusal(
            Refusal.Kind.CONFLICT, "expected topic " + topic + ", found none; fix: run setup");
      }
      throw new LedgerException(topic + " cannot be asked for: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException("interrupted while asking for " + topic, e);
    }
  }
}
