package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.TableTruncated;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.SchemaChanges;
import dev.tandem.wire.TableTruncations;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The outbox in memory: keeps what was written, fences older writers as Kafka does, and fails when
/// it is told to. Every note goes through its codec.
final class MemoryOutbox {
  final MemoryRegistry registry = new MemoryRegistry();
  private final OutboxDecoder decoder = new OutboxDecoder(registry);
  private final List<OutboxEntry> entries = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private int writers;

  /// Records larger than this are for the dead letters.
  volatile int largest = 1 << 20;

  private Predicate<List<OutboxEntry>> refuses = _ -> false;
  private Predicate<List<OutboxEntry>> losesTheAnswerTo = _ -> false;

  /// Fails the next write that matches, before anything of it stands.
  synchronized void refuse(Predicate<List<OutboxEntry>> which) {
    refuses = which;
  }

  /// Fails the next write that matches, after all of it stands.
  synchronized void loseTheAnswerTo(Predicate<List<OutboxEntry>> which) {
    losesTheAnswerTo = which;
  }

  /// The topic of the notes is deleted and made again.
  synchronized void forgetNotes() {
    notes.clear();
  }

  /// Another writer fences out whoever writes, and writes nothing.
  synchronized void fence() {
    writers++;
  }

  /// How many writers there have been.
  synchronized int writers() {
    return writers;
  }

  /// Captures a legacy store into it.
  Capture capture(TestPostgres postgres, MigrationPlan plan) {
    var settings =
        new CaptureSettings(
            Side.LEGACY,
            plan,
            new PostgresAccess(postgres.url(), "postgres", ""),
            Map.of(),
            registry,
            SweepSettings.DEFAULT,
            CaptureSettings.Pace.DEFAULT,
            CaptureListener.NONE,
            Clock.systemUTC());
    return Capture.start(settings, this::writer);
  }

  OutboxLog writer() {
    return new Writer();
  }

  synchronized CaptureState state() {
    var state = new CaptureState();
    notes.forEach(
        note -> state.apply(StateCodec.decode(StateCodec.key(note), StateCodec.value(note))));
    return state;
  }

  synchronized List<OutboxRecord> records(int partition) {
    return entries.stream()
        .filter(entry -> entry.key() == null && entry.partition() == partition)
        .map(entry -> decoder.decode(entry.value()))
        .toList();
  }

  synchronized List<OutboxRecord> records(String topic, int partition) {
    return entries.stream()
        .filter(entry -> entry.topic().equals(topic) && entry.partition() == partition)
        .map(entry -> decoder.decode(entry.value()))
        .toList();
  }

  synchronized List<DeadLetter> deadLetters() {
    return entries.stream()
        .filter(entry -> entry.partition() < 0)
        .map(entry -> DeadLetters.decode(entry.value()))
        .toList();
  }

  /// What a write holds besides dead letters.
  List<OutboxRecord> decoded(List<OutboxEntry> write) {
    return write.stream()
        .filter(entry -> entry.key() == null && entry.partition() >= 0)
        .map(entry -> decoder.decode(entry.value()))
        .toList();
  }

  /// What was noticed of changes of the schema.
  synchronized List<SchemaChanged> notices() {
    return entries.stream()
        .filter(entry -> SchemaChanged.isKey(key(entry)))
        .map(entry -> SchemaChanges.decode(entry.value()))
        .toList();
  }

  /// What was told of truncated tables.
  synchronized List<TableTruncated> truncations() {
    return entries.stream()
        .filter(entry -> TableTruncated.isKey(key(entry)))
        .map(entry -> TableTruncations.decode(entry.value()))
        .toList();
  }

  private static String key(OutboxEntry entry) {
    return entry.key() == null ? "" : new String(entry.key(), StandardCharsets.UTF_8);
  }

  List<OutboxRecord.Change> changes(int partition) {
    return records(partition).stream()
        .filter(OutboxRecord.Change.class::isInstance)
        .map(OutboxRecord.Change.class::cast)
        .toList();
  }

  synchronized long count() {
    return entries.size();
  }

  private final class Writer implements OutboxLog {
    private int number;

    @Override
    public CaptureState open() {
      synchronized (MemoryOutbox.this) {
        number = ++writers;
      }
      return state();
    }

    @Override
    public int newestEpoch(Set<String> topics) {
      synchronized (MemoryOutbox.this) {
        return entries.stream()
            .filter(entry -> topics.contains(entry.topic()))
            .mapToInt(entry -> decoder.decode(entry.value()).epoch())
            .max()
            .orElse(0);
      }
    }

    @Override
    public int largest(Set<String> topics) {
      return largest;
    }

    @Override
    public void write(List<OutboxEntry> more, List<Note> told) {
      synchronized (MemoryOutbox.this) {
        if (number != writers) {
          throw new FencedException("fenced", new IllegalStateException());
        }
        assertThat(more).allMatch(entry -> entry.value().length <= largest);
        if (refuses.test(more)) {
          refuses = _ -> false;
          throw new IllegalStateException("refused, as the test asked");
        }
        entries.addAll(more);
        notes.addAll(told);
        if (losesTheAnswerTo.test(more)) {
          losesTheAnswerTo = _ -> false;
          throw new IllegalStateException("answer lost, as the test asked");
        }
      }
    }

    @Override
    public List<Long> place(List<OutboxEntry> more) {
      synchronized (MemoryOutbox.this) {
        var places = new ArrayList<Long>();
        for (OutboxEntry entry : more) {
          places.add(
              entries.stream()
                  .filter(
                      each ->
                          each.topic().equals(entry.topic())
                              && each.partition() == entry.partition())
                  .count());
          write(List.of(entry), List.of());
        }
        return places;
      }
    }

    @Override
    public void close() {}
  }
}
