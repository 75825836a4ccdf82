package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.position.XidWidening;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.IdentityHashMap;
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
final class LogReader {
  /// Most row forms kept; beyond, all are made again as they come.
  private static final int KEPT = 10_000;

  private final String transactions;
  private final Function<TableId, Optional<Table>> tables;
  private final LongSupplier nextXid;
  private final Consumer<RowSchema> met;
  private final IdentityHashMap<Schema, Form> forms = new IdentityHashMap<>();

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

    /// A transaction has committed; the log goes on at `end`.
    record Ended(Lsn end) implements Event {}
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
      return end ? new Event.Ended(position(record, "lsn_commit")) : null;
    }
    Form form = form(value);
    if (form == null) {
      return null;
    }
    return switch ((String) value.get(form.op)) {
      case "c", "r" -> changed(Op.INSERT, form, value);
      case "u" -> changed(Op.UPDATE, form, value);
      case "d" -> changed(Op.DELETE, form, value);
      case "t" -> changed(Op.TRUNCATE, form, value);
      default -> null;
    };
  }

  private Event changed(Op op, Form form, Struct value) {
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
    return new Event.Changed(
        new CapturedChange(op, xid, lsn, committedAt, rows.schema(), before, after, defect));
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
