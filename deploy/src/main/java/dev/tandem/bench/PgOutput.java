package dev.tandem.bench;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.XidWidening;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.sweep.BinaryValues;
import dev.tandem.table.Carrier;
import dev.tandem.table.Catalog;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Op;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads pgoutput's messages to changes as they go to the outbox, without Debezium: a prototype, to
/// measure with, which capture does not use. What it would lack there stands in the docs. Not
/// thread-safe.
///
/// Source: PostgreSQL, "Logical Replication Message Formats", protocol version 1, values in binary
/// form.
final class PgOutput {
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  private final Catalog catalog;
  private final long nextXid;
  private final Map<Integer, Relation> relations = new HashMap<>();
  private Lsn after = new Lsn(0);
  private Lsn at = new Lsn(0);
  private int ordinal;
  private long xid;
  private long committedAt;

  /// @param columns of the row's schema, by column of the log; -1 for what is not carried
  /// @param identity by column of the row's schema, whether an old row holds it
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  private record Relation(RowSchema schema, int[] columns, boolean[] identity) {}

  /// @param nextXid a recent reading of the server's next 64-bit transaction id
  PgOutput(Catalog catalog, long nextXid) {
    this.catalog = catalog;
    this.nextXid = nextXid;
  }

  /// The change, or null for what is none.
  ///
  /// @param message over an array
  /// @param lsn of the message
  OutboxRecord.@Nullable Change read(ByteBuffer message, Lsn lsn) {
    byte kind = message.get();
    return switch (kind) {
      case 'B' -> {
        message.getLong();
        committedAt = message.getLong() + EPOCH_MICROS;
        xid = XidWidening.widen(Integer.toUnsignedLong(message.getInt()), nextXid);
        yield null;
      }
      case 'C' -> {
        message.get();
        message.getLong();
        after = new Lsn(message.getLong());
        yield null;
      }
      case 'R' -> {
        relation(message);
        yield null;
      }
      case 'I' -> {
        Relation relation = named(message);
        yield change(Op.INSERT, lsn, relation, null, fresh(message, relation, null));
      }
      case 'U' -> updated(message, lsn);
      case 'D' -> {
        Relation relation = named(message);
        message.get();
        yield change(Op.DELETE, lsn, relation, old(message, relation), null);
      }
      case 'T' -> throw new IllegalStateException("expected no TRUNCATE of what is measured");
      default -> null;
    };
  }

  private OutboxRecord.Change updated(ByteBuffer message, Lsn lsn) {
    Relation relation = named(message);
    Row before = null;
    if (message.get(message.position()) != 'N') {
      message.get();
      before = old(message, relation);
    }
    return change(Op.UPDATE, lsn, relation, before, fresh(message, relation, before));
  }

  private OutboxRecord.Change change(
      Op op, Lsn lsn, Relation relation, @Nullable Row before, @Nullable Row row) {
    ordinal = lsn.equals(at) ? ordinal + 1 : 0;
    at = lsn;
    var position = new ChangePosition(0, after, xid, lsn, ordinal);
    return new OutboxRecord.Change(
        op, position, false, committedAt, relation.schema.table(), before, row);
  }

  private Relation named(ByteBuffer message) {
    int id = message.getInt();
    return Objects.requireNonNull(relations.get(id), "a relation that was described before");
  }

  private void relation(ByteBuffer message) {
    int id = message.getInt();
    var table = new TableId(word(message), word(message));
    message.get();
    RowSchema schema =
        RowSchema.of(
            catalog.table(table).orElseThrow(() -> new IllegalStateException("no table " + table)));
    int[] columns = new int[message.getShort()];
    for (int i = 0; i < columns.length; i++) {
      message.get();
      columns[i] = schema.indexOf(word(message));
      message.getInt();
      message.getInt();
    }
    boolean[] identity = new boolean[schema.size()];
    var key = schema.key();
    Set<String> held = key == null ? Set.of() : Set.copyOf(key.identity());
    for (int i = 0; i < identity.length; i++) {
      identity[i] = held.contains(schema.fields().get(i).name());
    }
    relations.put(id, new Relation(schema, columns, identity));
  }

  /// Text that ends with a NUL.
  private static String word(ByteBuffer message) {
    int from = message.position();
    int to = from;
    while (message.get(to) != 0) {
      to++;
    }
    message.position(to + 1);
    return new String(
        message.array(), message.arrayOffset() + from, to - from, StandardCharsets.UTF_8);
  }

  /// The old row as far as the replica identity holds it.
  private static Row old(ByteBuffer message, Relation relation) {
    var values = values(message, relation);
    for (int i = 0; i < values.length; i++) {
      if (!relation.identity[i]) {
        values[i] = Row.UNKNOWN;
      }
    }
    return new Row(relation.schema, values);
  }

  /// The new row; what is unchanged and left out is taken from the old one where that holds it.
  private static Row fresh(ByteBuffer message, Relation relation, @Nullable Row before) {
    byte kind = message.get();
    if (kind != 'N') {
      throw new IllegalStateException("expected a new row, found " + (char) kind);
    }
    var values = values(message, relation);
    for (int i = 0; before != null && i < values.length; i++) {
      if (values[i] == Row.UNKNOWN) {
        values[i] = before.values()[i];
      }
    }
    return new Row(relation.schema, values);
  }

  private static @Nullable Object[] values(ByteBuffer message, Relation relation) {
    var values = new @Nullable Object[relation.schema.size()];
    Arrays.fill(values, Row.UNKNOWN);
    int columns = message.getShort();
    for (int i = 0; i < columns; i++) {
      byte kind = message.get();
      int field = relation.columns[i];
      int length = kind == 'b' || kind == 't' ? message.getInt() : 0;
      int end = message.position() + length;
      if (field >= 0) {
        values[field] = value(kind, message, relation.schema.fields().get(field), length);
      }
      message.position(end);
    }
    return values;
  }

  private static @Nullable Object value(
      byte kind, ByteBuffer message, RowSchema.Field field, int length) {
    return switch (kind) {
      case 'n' -> null;
      case 'u' -> Row.UNKNOWN;
      case 'b' -> BinaryValues.read(field, message, length);
      case 't' -> text(message, field, length);
      default -> throw new IllegalStateException("expected a value, found " + (char) kind);
    };
  }

  /// The server sends text where a type has no binary form.
  private static String text(ByteBuffer message, RowSchema.Field field, int length) {
    if (field.carrier() != Carrier.TEXT || field.array()) {
      throw new IllegalStateException(
          "column " + field.name() + ": expected its binary form, found text");
    }
    return new String(
        message.array(),
        message.arrayOffset() + message.position(),
        length,
        StandardCharsets.UTF_8);
  }
}
