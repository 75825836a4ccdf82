package dev.tandem.ledger;

import dev.tandem.job.Discard;
import dev.tandem.wire.Discards;
import dev.tandem.wire.Registry;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Which dead letters operators have dealt with, as the control topic says. Immutable.
public final class DiscardBook {
  private final List<Discard> discards;

  private DiscardBook(List<Discard> discards) {
    this.discards = List.copyOf(discards);
  }

  /// All that was discarded so far; nothing where there is no control topic.
  public static DiscardBook read(Map<String, Object> kafka, String migration) {
    var discards = new ArrayList<Discard>();
    try (var replay = TopicReplay.whole(kafka, new Topics(migration, "").control())) {
      if (replay.exists()) {
        replay.toEnd(
            record -> {
              byte[] key = record.key();
              if (key != null
                  && record.value() != null
                  && Discard.isKey(new String(key, StandardCharsets.UTF_8))) {
                try {
                  discards.add(Discards.decode(record.value()));
                } catch (UndecodableException ofAnotherVersion) {
                  // Its letters stand as if nobody had dealt with them.
                }
              }
            });
      }
    }
    return new DiscardBook(discards);
  }

  /// How a letter was dealt with first.
  public Optional<Discard> of(StoredLetter stored) {
    var place = new Discard.Place(stored.of(), stored.partition(), stored.offset());
    return discards.stream().filter(each -> each.covers(place, stored.letter())).findFirst();
  }

  /// Returns when it is durable.
  ///
  /// @throws LedgerException if it was not accepted
  public static void write(
      Map<String, Object> kafka, String migration, Registry registry, Discard discard) {
    String topic = new Topics(migration, "").control();
    byte[] key = discard.key().getBytes(StandardCharsets.UTF_8);
    byte[] value = new Discards(registry, topic).encode(discard);
    DurableRecord.send(kafka, new ProducerRecord<>(topic, 0, key, value), "discard");
  }
}
