package dev.tandem.ledger;

import dev.tandem.wire.LagReports;
import dev.tandem.wire.UndecodableException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The reconciler's recent reports of lag, then what comes. What is older than five minutes says
/// nothing of now and is not read; what cannot be read is counted. Not thread-safe.
public final class LagReader implements AutoCloseable {
  static final Duration RECENT = Duration.ofMinutes(5);

  private final TopicReplay replay;
  private final LagBook book;
  private long reports;
  private long unreadable;

  /// @param topic of the reports
  /// @param book takes every report
  public LagReader(Map<String, Object> kafka, String topic, Clock clock, LagBook book) {
    this.replay = TopicReplay.since(kafka, topic, clock.instant().minus(RECENT));
    this.book = book;
  }

  /// What was said within five minutes; nothing if there is no such topic.
  public static LagBook recent(Map<String, Object> kafka, String topic, Clock clock) {
    var book = new LagBook();
    try (var reader = new LagReader(kafka, topic, clock, book)) {
      if (reader.replay.exists()) {
        reader.toEnd();
      }
    }
    return book;
  }

  /// Every report up to now; each call goes on where the one before ended.
  public void toEnd() {
    replay.toEnd(this::take);
  }

  /// What comes within a time.
  ///
  /// @return how many reports came
  public long next(Duration within) {
    long before = reports;
    replay.next(within, this::take);
    return reports - before;
  }

  /// How many records were no reports of this version.
  public long unreadable() {
    return unreadable;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      unreadable++;
      return;
    }
    try {
      book.accept(LagReports.decode(record.value()));
      reports++;
    } catch (UndecodableException e) {
      unreadable++;
    }
  }

  @Override
  public void close() {
    replay.close();
  }
}
