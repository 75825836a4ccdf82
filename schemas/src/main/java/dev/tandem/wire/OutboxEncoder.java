package dev.tandem.wire;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Writes the records of one outbox topic in Confluent framing. Thread-safe; a schema is registered
/// when a row of it is first written.
public final class OutboxEncoder {
  private static final int READ = OutboxSchemas.OPERATIONS.indexOf("READ");
  private static final int REPLACE = OutboxSchemas.OPERATIONS.indexOf("REPLACE");
  private static final int VERIFY = OutboxSchemas.OPERATIONS.indexOf("VERIFY");
  private final Registry registry;
  private final String topic;
  private final ConcurrentHashMap<RowSchema, Integer> ids = new ConcurrentHashMap<>();
  private volatile int markerId = -1;

  /// The schema used last: rows of one table come in runs, and this spares hashing its columns.
  private volatile @Nullable Known known;

  private record Known(RowSchema schema, int id) {}

  /// @param topic the outbox (or observed) topic that the records are for
  public OutboxEncoder(Registry registry, String topic) {
    this.registry = registry;
    this.topic = topic;
  }

  /// @param rows the table's columns; a truncation has no row that would say them
  /// @throws RegistryException if a new schema cannot be registered
  public byte[] encode(Change change, RowSchema rows) {
    var out = new BinaryOutput(256);
    out.frame(id(rows));
    out.writeByte(change.last() ? 1 : 0);
    out.writeLong(code(change.op()));
    var position = change.position();
    out.writeLong(position.epoch());
    out.writeLong(position.xid());
    out.writeLong(position.after().value());
    out.writeLong(position.lsn().value());
    out.writeLong(position.ordinal());
    out.writeLong(change.committedAt());
    out.writeLong(0);
    RowCodec.write(out, change.before());
    RowCodec.write(out, change.after());
    return out.toByteArray();
  }

  public byte[] encode(Swept swept) {
    Row row = swept.row();
    var out = new BinaryOutput(256);
    out.frame(id(row.schema()));
    out.writeByte(0);
    out.writeLong(code(swept.purpose()));
    out.writeLong(swept.epoch());
    for (int i = 0; i < 4; i++) {
      out.writeLong(0);
    }
    out.writeLong(swept.readAt());
    out.writeLong(1);
    out.writeString(swept.snapshot().toString());
    RowCodec.write(out, null);
    RowCodec.write(out, row);
    return out.toByteArray();
  }

  public byte[] encode(Marker marker) {
    if (markerId < 0) {
      markerId =
          registry.register(Registry.subject(topic, OutboxSchemas.MARKER), OutboxSchemas.MARKER);
    }
    var out = new BinaryOutput(64);
    out.frame(markerId);
    out.writeLong(OutboxSchemas.MARKERS.indexOf(marker.kind().name()));
    out.writeLong(marker.epoch());
    var table = marker.table();
    writeNullable(out, table == null ? null : table.schema());
    writeNullable(out, table == null ? null : table.name());
    out.writeString(marker.sweep());
    writeNullable(out, marker.snapshot() == null ? null : marker.snapshot().toString());
    out.writeLong(marker.at());
    return out.toByteArray();
  }

  /// Marks an encoded change as the last of its transaction in its partition, in place.
  public static void markLast(byte[] encodedChange) {
    encodedChange[Framing.SIZE] = 1;
  }

  private static void writeNullable(BinaryOutput out, @Nullable String text) {
    out.writeLong(text == null ? 0 : 1);
    if (text != null) {
      out.writeString(text);
    }
  }

  private static int code(Op op) {
    return switch (op) {
      case INSERT -> 0;
      case UPDATE -> 1;
      case DELETE -> 2;
      case TRUNCATE -> 3;
      case REPLACE -> REPLACE;
    };
  }

  private static int code(OutboxRecord.Purpose purpose) {
    return switch (purpose) {
      case LOAD -> READ;
      case VERIFICATION -> VERIFY;
    };
  }

  private int id(RowSchema rows) {
    Known last = known;
    if (last != null && last.schema.equals(rows)) {
      return last.id;
    }
    Integer id = ids.get(rows);
    if (id == null) {
      var schema = OutboxSchemas.envelope(rows);
      id = registry.registerUnrelated(Registry.subject(topic, schema), schema);
      ids.put(rows, id);
    }
    known = new Known(rows, id);
    return id;
  }
}
