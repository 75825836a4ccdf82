package dev.tandem.operate;

import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.ledger.DurableRecord;
import dev.tandem.ledger.LedgerException;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.run.KafkaAccess;
import dev.tandem.run.Migration;
import dev.tandem.wire.OperatorActions;
import dev.tandem.wire.Registry;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/// What operators asked for, in the control topic. Thread-safe.
public final class ActionBook implements Recording.Book {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);
  private static final int LONGEST_DETAIL = 1000;

  private final Map<String, Object> kafka;
  private final Registry registry;
  private final String topic;
  private final Clock clock;

  public ActionBook(Migration migration, Clock clock) {
    this(migration.kafka(), migration.name(), clock);
  }

  /// @param migration its name
  public ActionBook(KafkaAccess kafka, String migration, Clock clock) {
    this.kafka = kafka.objects();
    this.registry = kafka.registryClient();
    this.topic = new Topics(migration, "").control();
    this.clock = clock;
  }

  /// @throws LedgerException if there is no control topic yet: Kafka would be asked for it for a
  ///     minute
  public void requireTopic() {
    try (var replay = TopicReplay.whole(kafka, topic)) {
      if (!replay.exists()) {
        throw new LedgerException("there is no topic " + topic + "; fix: tandem setup SPEC");
      }
    }
  }

  @Override
  public OperatorAction begin(Actor actor, String what, String subject) {
    Instant now = clock.instant();
    String id =
        String.format(
            Locale.ROOT, "%s-%08x", STAMP.format(now), ThreadLocalRandom.current().nextInt());
    var action =
        new OperatorAction(
            id,
            actor,
            what,
            subject,
            ChronoUnit.MICROS.between(Instant.EPOCH, now),
            Outcome.ASKED,
            "");
    write(action);
    return action;
  }

  @Override
  public void end(OperatorAction action, Outcome outcome, String detail) {
    String words = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
    write(action.ended(outcome, words));
  }

  private void write(OperatorAction action) {
    byte[] value = new OperatorActions(registry, topic).encode(action);
    byte[] key = action.key().getBytes(StandardCharsets.UTF_8);
    DurableRecord.send(kafka, new ProducerRecord<>(topic, 0, key, value), "audit record");
  }

  /// All of them, the newest first.
  public List<OperatorAction> read() {
    var byId = new HashMap<String, OperatorAction>();
    try (var replay = TopicReplay.whole(kafka, topic)) {
      replay.toEnd(
          record -> {
            if (record.key() != null
                && record.value() != null
                && OperatorAction.isKey(new String(record.key(), StandardCharsets.UTF_8))) {
              take(record.value(), byId);
            }
          });
    }
    return byId.values().stream()
        .sorted(Comparator.comparing(OperatorAction::id).reversed())
        .toList();
  }

  private static void take(byte[] value, Map<String, OperatorAction> byId) {
    OperatorAction action;
    try {
      action = OperatorActions.decode(value);
    } catch (UndecodableException ofAnotherVersion) {
      return;
    }
    byId.put(action.id(), action);
  }
}
