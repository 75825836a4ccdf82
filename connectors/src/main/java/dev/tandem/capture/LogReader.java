package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.position.XidWidening;
import dev.tandem.row.Row;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.IdentityHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/// Understands the engine's records: changes, and the ends of transactions. Used by one thread.
final class LogReader {
  /// Most row forms kept; beyond, all are made again as they come.
  private static final int KEPT = 10_000;

  private final String transactions;
  private final Function<TableId, Table> tables;
  private final LongSupplier nextXid;
  private final IdentityHashMap<Schema, RowReader> readers = new IdentityHashMap<>();

  /// One thing that the log says.
  sealed interface Event {
    record Changed(CapturedChange change) implements Event {}

    /// A transaction has committed; the log goes on at `end`.
    record Ended(Lsn end) implements Event {}
  }

  /// @param prefix of the engine's topic names
  /// @param tables the table as its catalog has it now; asked when its form in the log is new
  /// @param nextXid a recent reading of the server's next 64-bit transaction id
  LogReader(String prefix, Function<TableId, Table> tables, LongSupplier nextXid) {
    this.transactions = prefix + ".transaction";
    this.tables = tables;
    this.nextXid = nextXid;
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
    if (value.schema().field("op") == null || value.schema().field("after") == null) {
      return null;
    }
    return switch (value.getString("op")) {
      case "c", "r" -> changed(Op.INSERT, value);
      case "u" -> changed(Op.UPDATE, value);
      case "d" -> changed(Op.DELETE, value);
      case "t" -> changed(Op.TRUNCATE, value);
      default -> null;
    };
  }

  private Event changed(Op op, Struct value) {
    Struct source = value.getStruct("source");
    RowReader reader = reader(value.schema(), source);
    Row before = op == Op.TRUNCATE ? null : reader.before(value.getStruct("before"));
    Row after = op == Op.TRUNCATE ? null : reader.after(value.getStruct("after"), before);
    return new Event.Changed(
        new CapturedChange(
            op,
            XidWidening.widen(source.getInt64("txId"), nextXid.getAsLong()),
            new Lsn(source.getInt64("lsn")),
            source.getInt64("ts_us"),
            reader.schema(),
            before,
            after));
  }

  private RowReader reader(Schema envelope, Struct source) {
    RowReader known = readers.get(envelope);
    if (known != null) {
      return known;
    }
    if (readers.size() >= KEPT) {
      readers.clear();
    }
    var table = new TableId(source.getString("schema"), source.getString("table"));
    var reader = new RowReader(tables.apply(table), envelope.field("after").schema());
    readers.put(envelope, reader);
    return reader;
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
