package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.position.XidWidening;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/// Understands the engine's records: changes, and the ends of transactions. Used by one thread.
///
/// An update of a primary key comes as two records that follow each other, the deletion of the old
/// key and the creation of the new one; they become one update again, so that what the log leaves
/// out because it is unchanged can be taken from the old row. The deletion is held back until its
/// other half is there, also beyond the end of a batch: it counts as read no sooner, so that after
/// a restart both are read again.
final class LogReader {
  /// What the engine says of a half of a key's update, as a header.
  private static final String NEW_KEY = "__debezium.newkey";

  private static final String OLD_KEY = "__debezium.oldkey";

  /// Most row forms kept; beyond, all are made again as they come.
  private static final int KEPT = 10_000;

  private final String transactions;
  private final Function<TableId, Optional<Table>> tables;
  private final LongSupplier nextXid;
  private final Consumer<RowSchema> met;
  private final IdentityHashMap<Schema, Form> forms = new IdentityHashMap<>();

  /// The deletion of an old key whose other half has not come; null for none.
  private @Nullable CapturedChange deletion;

  /// Where the parts of a change lie in one form of it, so that none is looked up by name.
  private record Form(
      RowReader rows,
      Field op,
      Field before,
      Field after,
      Field source,
      Field xid,
      Field lsn,
      Field committedAt) {
    static Form of(Schema envelope, RowReader rows) {
      Schema source = envelope.field("source").schema();
      return new Form(
          rows,
          envelope.field("op"),
          envelope.field("before"),
          envelope.field("after"),
          envelope.field("source"),
          source.field("txId"),
          source.field("lsn"),
          source.field("ts_us"));
    }
  }

  /// One thing that the log says.
  sealed interface Event {
    record Changed(CapturedChange change) implements Event {}

    /// Halves of an update that cannot be put together.
    record Torn(CapturedChange deletion, CapturedChange creation) implements Event {}

    /// A transaction has committed; the log goes on at `end`.
    ///
    /// @param committedAt milliseconds since 1970-01-01T00:00Z
    record Ended(Lsn end, long committedAt) implements Event {}
  }

  /// @param prefix of the engine's topic names
  /// @param tables the table as its catalog has it now, if it still has it; asked when its form in
  ///     the log is new
  /// @param met is told of each form before the first change in it
  /// @param nextXid a recent reading of the server's next 64-bit transaction id
  LogReader(
      String prefix,
      Function<TableId, Optional<Table>> tables,
      LongSupplier nextXid,
      Consumer<RowSchema> met) {
    this.transactions = prefix + ".transaction";
    this.tables = tables;
    this.nextXid = nextXid;
    this.met = met;
  }

  /// The event, or null for what says nothing: a begin, a heartbeat, a logical message.
  @Nullable Event read(SourceRecord record) {
    if (!(record.value() instanceof Struct value)) {
      return null;
    }
    if (record.topic().equals(transactions)) {
      boolean end = "END".equals(value.getString("status"));
      if (end) {
        requireWhole(record);
      }
      return end ? new Event.Ended(position(record, "lsn_commit"), value.getInt64("ts_ms")) : null;
    }
    Form form = form(value);
    if (form == null) {
      return null;
    }
    String op = (String) value.get(form.op);
    CapturedChange first = deletion;
    if (first != null && op.equals("c") && record.headers().lastWithName(OLD_KEY) != null) {
      deletion = null;
      return joined(first, changed(Op.INSERT, form, value), form, value);
    }
    requireWhole(record);
    return switch (op) {
      case "c", "r" -> new Event.Changed(changed(Op.INSERT, form, value));
      case "u" -> new Event.Changed(changed(Op.UPDATE, form, value));
      case "d" -> {
        CapturedChange deleted = changed(Op.DELETE, form, value);
        if (record.headers().lastWithName(NEW_KEY) == null) {
          yield new Event.Changed(deleted);
        }
        deletion = deleted;
        yield null;
      }
      case "t" -> new Event.Changed(changed(Op.TRUNCATE, form, value));
      default -> null;
    };
  }

  /// The update that both halves are of. One whose rows cannot be read stays two changes, so that
  /// the half that can be is not lost.
  private Event joined(CapturedChange first, CapturedChange second, Form form, Struct value) {
    Row before = first.before();
    if (before == null || second.after() == null || !before.schema().equals(second.schema())) {
      return new Event.Torn(first, second);
    }
    try {
      Row after = form.rows.after((Struct) value.get(form.after), before);
      return new Event.Changed(second.asUpdate(before, Objects.requireNonNull(after)));
    } catch (UnfitException unfit) {
      return new Event.Torn(first, second);
    }
  }

  private void requireWhole(SourceRecord record) {
    if (deletion != null) {
      throw new IllegalStateException(
          "expected the other half of a key's update of "
              + deletion.schema().table()
              + " at "
              + deletion.lsn()
              + " behind its deletion, found a record of "
              + record.topic());
    }
  }

  private CapturedChange changed(Op op, Form form, Struct value) {
    var source = (Struct) value.get(form.source);
    long xid = XidWidening.widen((Long) source.get(form.xid), nextXid.getAsLong());
    var lsn = new Lsn((Long) source.get(form.lsn));
    long committedAt = (Long) source.get(form.committedAt);
    RowReader rows = form.rows;
    Row before = null;
    Row after = null;
    String defect = null;
    if (op != Op.TRUNCATE) {
      try {
        before = rows.before((Struct) value.get(form.before));
        after = rows.after((Struct) value.get(form.after), before);
      } catch (UnfitException unfit) {
        before = null;
        defect = unfit.reason();
      }
    }
    return new CapturedChange(op, xid, lsn, committedAt, rows.schema(), before, after, defect);
  }

  /// The form of a change, or null if it is none.
  private @Nullable Form form(Struct value) {
    Schema envelope = value.schema();
    Form known = forms.get(envelope);
    if (known != null) {
      return known;
    }
    if (envelope.field("op") == null || envelope.field("after") == null) {
      return null;
    }
    if (forms.size() >= KEPT) {
      forms.clear();
    }
    Struct source = value.getStruct("source");
    var table = new TableId(source.getString("schema"), source.getString("table"));
    var form =
        Form.of(
            envelope,
            new RowReader(
                table, tables.apply(table).orElse(null), envelope.field("after").schema()));
    forms.put(envelope, form);
    met.accept(form.rows.schema());
    return form;
  }

  private static Lsn position(SourceRecord record, String key) {
    if (record.sourceOffset().get(key) instanceof Long position) {
      return new Lsn(position);
    }
    throw new IllegalStateException(
        "expected "
            + key
            + " in the offset of a transaction's end, found "
            + record.sourceOffset());
  }
}
