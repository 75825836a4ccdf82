package dev.tandem.capture;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.TableTruncated;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.row.Row;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweptRow;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Registry;
import dev.tandem.wire.SchemaChanges;
import dev.tandem.wire.TableTruncations;
import dev.tandem.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Encodes what goes to each strand: changes, swept rows, markers and dead letters. Thread-safe.
final class OutboxRecords implements TransactionAssembly.Encoder {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRecords.class);

  /// What values of a change keep that is too large: characters or bytes. No key of PostgreSQL has
  /// as many as the first, few have as many as the others.
  private static final int[] KEPT = {8_192, 2_000, 250};

  private final Routing routing;
  private final List<OutboxEncoder> encoders;
  private final CaptureLetters letters;
  private final Fitting fitting;
  private final CaptureNames names;
  private final Side side;
  private final Clock clock;
  private final int epoch;
  private final Registry registry;

  /// Made when the first is written: a registry that is away is no reason not to start.
  private volatile @Nullable SchemaChanges notices;

  /// @param largest of the records that Kafka takes, bytes
  OutboxRecords(CaptureSettings settings, CaptureState state, int largest) {
    this.epoch = state.epoch();
    this.routing = settings.routing();
    this.names = settings.names();
    this.side = settings.side();
    this.clock = settings.clock();
    this.registry = settings.registry();
    this.fitting = new Fitting(largest);
    this.letters = new CaptureLetters(settings, fitting);
    this.encoders =
        settings.plan().domains().stream()
            .map(domain -> new OutboxEncoder(registry, side.topic(domain.topics())))
            .toList();
  }

  @Override
  public byte[] encode(Routing.Target.Outbox target, CapturedChange change, ChangePosition position)
      throws UnfitException {
    return fitting.encode(() -> encode(target.strand(), target.op(), change, position));
  }

  @Override
  public byte @Nullable [] letter(
      Routing.Target.Refused refused, CapturedChange change, ChangePosition position) {
    return letters.within(
        refused,
        change.op()
            + " of "
            + named(change.schema().table())
            + " at "
            + position.lsn()
            + " in transaction "
            + position.xid(),
        change.defect() == null
            ? () -> encode(refused.strand(), change.op(), change, position)
            : null);
  }

  /// The same without its large values, so that the row is known to be there, and to be another
  /// than the one kept so far.
  @Override
  public byte @Nullable [] remnant(
      Routing.Target.Outbox target, CapturedChange change, ChangePosition position) {
    Op op = target.op() == Op.DELETE ? Op.DELETE : Op.REPLACE;
    for (int most : KEPT) {
      try {
        return fitting.encode(() -> encode(target.strand(), op, change.without(most), position));
      } catch (UnfitException still) {
        LOG.debug("values of at most {} are too much: {}", most, still.reason());
      }
    }
    return null;
  }

  private String named(TableId table) {
    return table + " (key " + String.join(", ", routing.key(table)) + ")";
  }

  @Override
  public void markLast(byte[] record) {
    OutboxEncoder.markLast(record);
  }

  /// What is observed is not translated.
  @Override
  public byte @Nullable [] pause(int strand) {
    return routing.strands().partition(strand) >= 0
        ? encoder(strand).encode(OutboxRecord.Marker.pause(epoch, now()))
        : null;
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  private byte[] encode(int strand, Op op, CapturedChange change, ChangePosition position) {
    Row before = op == Op.INSERT ? null : change.before();
    Row after = op == Op.DELETE ? null : change.after();
    // A row that leaves a partition without the log saying what it was is named by what it is.
    Row left = op == Op.DELETE && before == null ? change.after() : before;
    return encoder(strand)
        .encode(
            new OutboxRecord.Change(
                op, position, false, change.committedAt(), change.schema().table(), left, after),
            change.schema());
  }

  /// The entries of a swept row.
  void route(OutboxRecord.Swept swept, List<OutboxEntry> into) {
    for (Routing.Target target : routing.row(swept.row())) {
      Supplier<byte[]> record = () -> encoder(target.strand()).encode(swept);
      switch (target) {
        case Routing.Target.Outbox outbox -> {
          try {
            into.add(entry(outbox.strand(), fitting.encode(record)));
          } catch (UnfitException unfit) {
            refuse(routing.refused(outbox, unfit.reason()), swept, null, into);
          }
        }
        case Routing.Target.Refused refused -> refuse(refused, swept, record, into);
      }
    }
  }

  private void refuse(
      Routing.Target.Refused refused,
      OutboxRecord.Swept swept,
      @Nullable Supplier<byte[]> payload,
      List<OutboxEntry> into) {
    String what = "swept row of " + named(swept.row().schema().table());
    into.add(entry(refused.strand(), letters.encode(refused, what, payload)));
  }

  /// A dead letter in each domain for a row that could not be read faithfully.
  void park(SweptRow.Unreadable row, List<OutboxEntry> into) {
    String reason = "swept row of " + named(row.table()) + ": " + row.reason();
    byte[] key = row.key().toString().getBytes(StandardCharsets.UTF_8);
    for (Routing.Target target : routing.refused(row.table(), reason)) {
      int strand = target.strand();
      into.add(entry(strand, letters.encode(strand, reason, key)));
    }
  }

  /// A marker for every partition of each domain that reads its table, or of all domains.
  List<OutboxEntry> mark(OutboxRecord.Marker marker, Iterable<TableId> tables) {
    var entries = new java.util.TreeMap<Integer, OutboxEntry>();
    for (TableId table : tables) {
      for (Routing.Target target : routing.everywhere(table, Op.INSERT)) {
        int strand = target.strand();
        entries.computeIfAbsent(strand, _ -> entry(strand, encoder(strand).encode(marker)));
      }
    }
    return List.copyOf(entries.values());
  }

  /// What tells everybody that a table's rows come in another form.
  OutboxEntry notice(SchemaChanged change) {
    SchemaChanges known = notices;
    if (known == null) {
      known = new SchemaChanges(registry, control());
      notices = known;
    }
    return notice(change.key(), known.encode(change));
  }

  /// What tells everybody that a table was truncated: so seldom that the registry is asked each
  /// time.
  OutboxEntry notice(TableTruncated truncated) {
    var truncations = new TableTruncations(registry, control());
    return notice(truncated.key(), truncations.encode(truncated));
  }

  private OutboxEntry notice(String key, byte[] value) {
    return new OutboxEntry(control(), 0, key.getBytes(StandardCharsets.UTF_8), value);
  }

  private String control() {
    return new Topics(names.migration(), "").control();
  }

  OutboxEntry entry(int strand, byte[] record) {
    int partition = routing.strands().partition(strand);
    String topic = partition < 0 ? names.deadLetters() : side.topic(domain(strand).topics());
    return new OutboxEntry(topic, partition, record);
  }

  private DomainPlan domain(int strand) {
    return routing.domain(strand);
  }

  private OutboxEncoder encoder(int strand) {
    return encoders.get(routing.strands().domain(strand));
  }
}
