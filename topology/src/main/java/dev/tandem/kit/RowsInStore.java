package dev.tandem.kit;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Source;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.translate.Rehearsal;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/// A legacy store that holds some rows, all of one transaction. Not thread-safe.
final class RowsInStore {
  private static final int EPOCH = 1;
  private static final long XID = 100;
  private static final Snapshot BEFORE = new Snapshot(XID - 1, XID - 1, new long[0]);

  private final DomainPlan plan;
  private final List<Row> rows = new ArrayList<>();
  private final List<DeadLetter> refused = new ArrayList<>();

  RowsInStore(DomainPlan plan) {
    this.plan = plan;
  }

  /// Adds a row if capture would know for any entity where it belongs.
  void add(Row row) {
    boolean placed = false;
    for (EntityPlan entity : plan.entities()) {
      for (Source source : entity.sources().toList()) {
        if (source.table().equals(row.schema().table())) {
          placed |= isPlaced(entity, source, row);
        }
      }
    }
    if (placed) {
      rows.add(row);
    }
  }

  private boolean isPlaced(EntityPlan entity, Source source, Row row) {
    try {
      if (source.events().isPresent() && !source.events().get().concerns(row)) {
        return false;
      }
      entity.mapping().partitionKey(source, row);
      return true;
    } catch (MappingException e) {
      refused.add(
          new DeadLetter(
              DeadLetter.Stage.CAPTURE,
              plan.name(),
              entity.name(),
              plan.topics().outbox(),
              -1,
              -1,
              String.valueOf(e.getMessage()),
              "",
              null,
              null,
              0));
      return false;
    }
  }

  /// One instance in one version.
  private record Version(int version, GenericRecord key) {}

  Translated translate() {
    var rehearsal = new Rehearsal(plan);
    for (TableId table : plan.baselines()) {
      rehearsal.accept(new Marker(Kind.SWEEP_ENDED, EPOCH, table, "kit", BEFORE, 0));
    }
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      var position = new ChangePosition(EPOCH, Lsn.ZERO, XID, new Lsn(i + 1), 0);
      boolean last = i == rows.size() - 1;
      rehearsal.accept(new Change(Op.INSERT, position, last, 0, row.schema().table(), null, row));
    }
    var letters = new ArrayList<>(refused);
    letters.addAll(rehearsal.deadLetters());
    var newest = new LinkedHashMap<GenericRecord, Translated.Contract>();
    for (Rehearsal.Written written : rehearsal.written()) {
      newest.put(
          written.key(), new Translated.Contract(written.entity(), written.key(), written.value()));
    }
    var published = new LinkedHashMap<Version, Translated.Published>();
    for (Rehearsal.Published written : rehearsal.published()) {
      published.put(
          new Version(written.version(), written.key()),
          new Translated.Published(
              written.entity(), written.version(), written.key(), written.value()));
    }
    return new Translated(List.copyOf(newest.values()), letters, List.copyOf(published.values()));
  }
}
