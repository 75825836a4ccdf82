package dev.tandem.wire;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Reads the records of outbox topics. Thread-safe; each schema is fetched and understood once.
/// Rows of one schema id share one [RowSchema].
public final class OutboxDecoder {
  private static final int VERIFY = OutboxSchemas.OPERATIONS.indexOf("VERIFY");
  private static final int VERIFICATION_ENDED =
      OutboxSchemas.MARKERS.indexOf(Kind.VERIFICATION_ENDED.name());
  private final Registry registry;
  private final ConcurrentHashMap<Integer, Shape> shapes = new ConcurrentHashMap<>();

  /// The rows of a page share a snapshot, so the one read last is kept.
  private volatile @Nullable Read lastRead;

  private record Read(String text, Snapshot snapshot) {}

  private sealed interface Shape {
    record Rows(RowSchema schema) implements Shape {}

    record Markers() implements Shape {}
  }

  public OutboxDecoder(Registry registry) {
    this.registry = registry;
  }

  /// Whether a record is a row or a marker of a verification; costs no look at the row.
  ///
  /// @throws UndecodableException if the bytes are not an outbox record
  /// @throws RegistryException if the schema is not known here and the registry does not give it
  public boolean isOfVerification(byte[] bytes) {
    var in = new BinaryInput(bytes, Framing.SIZE);
    return switch (shape(bytes)) {
      case Shape.Rows _ -> {
        in.readBoolean();
        yield in.readIndex(OutboxSchemas.OPERATIONS.size()) == VERIFY;
      }
      case Shape.Markers _ -> in.readIndex(OutboxSchemas.MARKERS.size()) == VERIFICATION_ENDED;
    };
  }

  /// A record if it is a marker, else null; costs no look at a row.
  ///
  /// @throws UndecodableException if the bytes are not an outbox record
  /// @throws RegistryException if the schema is not known here and the registry does not give it
  public @Nullable Marker marker(byte[] bytes) {
    return shape(bytes) instanceof Shape.Markers ? (Marker) decode(bytes) : null;
  }

  private Shape shape(byte[] bytes) {
    int id = Framing.schemaId(bytes);
    Shape shape = shapes.get(id);
    if (shape == null) {
      Shape understood = understand(registry.byId(id));
      Shape first = shapes.putIfAbsent(id, understood);
      shape = first == null ? understood : first;
    }
    return shape;
  }

  /// @throws UndecodableException if the bytes are not an outbox record
  /// @throws RegistryException if the schema is not known here and the registry does not give it
  public OutboxRecord decode(byte[] bytes) {
    Shape shape = shape(bytes);
    var in = new BinaryInput(bytes, Framing.SIZE);
    OutboxRecord record =
        switch (shape) {
          case Shape.Rows(var schema) -> row(in, schema);
          case Shape.Markers() -> marker(in);
        };
    if (in.position() != bytes.length) {
      throw new UndecodableException(
          "record ends at byte " + in.position() + ", found " + bytes.length + " bytes");
    }
    return record;
  }

  private static Shape understand(Schema schema) {
    return OutboxSchemas.isMarker(schema)
        ? new Shape.Markers()
        : new Shape.Rows(OutboxSchemas.rows(schema));
  }

  private OutboxRecord row(BinaryInput in, RowSchema schema) {
    boolean last = in.readBoolean();
    String op = OutboxSchemas.OPERATIONS.get(in.readIndex(OutboxSchemas.OPERATIONS.size()));
    int epoch = in.readInt();
    long xid = in.readLong();
    var position =
        new ChangePosition(
            epoch, new Lsn(in.readLong()), xid, new Lsn(in.readLong()), in.readInt());
    long at = in.readLong();
    Snapshot snapshot = in.readIndex(2) == 0 ? null : snapshot(in.readString());
    Row before = RowCodec.read(in, schema);
    Row after = RowCodec.read(in, schema);
    boolean forVerification = op.equals("VERIFY");
    if (forVerification || op.equals("READ")) {
      if (snapshot == null || after == null) {
        throw new UndecodableException(
            "swept row of " + schema.table() + " without snapshot or row");
      }
      return new Swept(
          epoch, snapshot, at, after, forVerification ? Purpose.VERIFICATION : Purpose.LOAD);
    }
    return new Change(Op.valueOf(op), position, last, at, schema.table(), before, after);
  }

  private Marker marker(BinaryInput in) {
    Kind kind = Kind.valueOf(OutboxSchemas.MARKERS.get(in.readIndex(OutboxSchemas.MARKERS.size())));
    int epoch = in.readInt();
    String schema = in.readIndex(2) == 0 ? null : in.readString();
    String name = in.readIndex(2) == 0 ? null : in.readString();
    String sweep = in.readString();
    String snapshot = in.readIndex(2) == 0 ? null : in.readString();
    return new Marker(
        kind,
        epoch,
        schema == null ? null : new TableId(schema, Objects.requireNonNull(name)),
        sweep,
        snapshot == null ? null : snapshot(snapshot),
        in.readLong());
  }

  private Snapshot snapshot(String text) {
    Read last = lastRead;
    if (last != null && text.equals(last.text)) {
      return last.snapshot;
    }
    try {
      Snapshot snapshot = Snapshot.parse(text);
      lastRead = new Read(text, snapshot);
      return snapshot;
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("swept row with an unreadable snapshot", e);
    }
  }
}
