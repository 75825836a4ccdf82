package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.row.Row;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweptRow;
import dev.tandem.table.TableId;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Registry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encodes what goes to each strand: changes, swept rows, markers and dead letters. Thread-safe.
final class OutboxRecords implements TransactionAssembly.Encoder {
  private final Routing routing;
  private final List<OutboxEncoder> encoders;
  private final DeadLetters deadLetters;
  private final CaptureNames names;
  private final Clock clock;

  OutboxRecords(MigrationPlan plan, Routing routing, Registry registry, Clock clock) {
    this.routing = routing;
    this.names = new CaptureNames(plan.migration());
    this.clock = clock;
    this.deadLetters = new DeadLetters(registry, names.deadLetters());
    this.encoders =
        plan.domains().stream()
            .map(domain -> new OutboxEncoder(registry, domain.topics().outbox()))
            .toList();
  }

  @Override
  public byte[] encode(Routing.Target target, CapturedChange change, ChangePosition position) {
    return switch (target) {
      case Routing.Target.Outbox(var strand, var op) -> encode(strand, op, change, position);
      case Routing.Target.Refused refused ->
          deadLetter(
              refused,
              change.schema().table() + " at " + position.lsn() + " in " + position.xid(),
              encode(refused.strand(), change.op(), change, position));
    };
  }

  @Override
  public void markLast(byte[] record) {
    OutboxEncoder.markLast(record);
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
      byte[] record = encoder(target.strand()).encode(swept);
      into.add(
          switch (target) {
            case Routing.Target.Outbox(var strand, _) -> entry(strand, record);
            case Routing.Target.Refused refused ->
                entry(
                    refused.strand(),
                    deadLetter(refused, swept.row().schema().table() + ", swept", record));
          });
    }
  }

  /// A dead letter in each domain for a row that could not be read faithfully.
  void park(SweptRow.Unreadable row, List<OutboxEntry> into) {
    String reason = "swept row " + row.key() + " of " + row.table() + ": " + row.reason();
    routing.everywhere(row.table(), Op.INSERT).stream()
        .map(target -> routing.strands().domain(target.strand()))
        .distinct()
        .forEach(
            domain -> {
              int strand = routing.strands().deadLetters(domain);
              into.add(entry(strand, deadLetter(strand, "", reason, null)));
            });
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

  OutboxEntry entry(int strand, byte[] record) {
    int partition = routing.strands().partition(strand);
    String topic = partition < 0 ? names.deadLetters() : domain(strand).topics().outbox();
    return new OutboxEntry(topic, partition, record);
  }

  private byte[] deadLetter(Routing.Target.Refused refused, String what, byte[] payload) {
    return deadLetter(refused.strand(), refused.entity(), what + ": " + refused.reason(), payload);
  }

  private byte[] deadLetter(int strand, String entity, String reason, byte @Nullable [] payload) {
    DomainPlan domain = domain(strand);
    return deadLetters.encode(
        new DeadLetter(
            DeadLetter.Stage.CAPTURE,
            domain.name(),
            entity,
            domain.topics().outbox(),
            -1,
            -1,
            reason,
            "",
            null,
            payload,
            ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant())));
  }

  private DomainPlan domain(int strand) {
    return routing.domain(strand);
  }

  private OutboxEncoder encoder(int strand) {
    return encoders.get(routing.strands().domain(strand));
  }
}
