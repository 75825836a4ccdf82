package dev.tandem.ledger;

import dev.tandem.wire.Divergences;
import dev.tandem.wire.UndecodableException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The events of a migration's ledger from its start, then what comes. What cannot be read is
/// counted. Not thread-safe.
public final class LedgerReader implements AutoCloseable {
  private final TopicReplay replay;
  private long unreadable;

  /// @param topic of the divergences
  public LedgerReader(Map<String, Object> kafka, String topic) {
    replay = TopicReplay.whole(kafka, topic);
  }

  /// Whether there is a ledger.
  public boolean exists() {
    return replay.exists();
  }

  /// Every event up to now; each call goes on where the one before ended.
  public void toEnd(Consumer<LedgerEntry> entries) {
    replay.toEnd(record -> decode(record, entries));
  }

  /// What comes within a time; returns as soon as something has come.
  public void next(Duration within, Consumer<LedgerEntry> entries) {
    replay.next(within, record -> decode(record, entries));
  }

  /// How many records were no events of this version.
  public long unreadable() {
    return unreadable;
  }

  private void decode(ConsumerRecord<byte[], byte[]> record, Consumer<LedgerEntry> entries) {
    LedgerEntry entry;
    try {
      if (record.value() == null) {
        throw new UndecodableException("a record without value");
      }
      entry = new LedgerEntry(record.key(), Divergences.decode(record.value()));
    } catch (UndecodableException e) {
      unreadable++;
      return;
    }
    entries.accept(entry);
  }

  @Override
  public void close() {
    replay.close();
  }
}
