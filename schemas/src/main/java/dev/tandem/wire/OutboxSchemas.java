package dev.tandem.wire;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/// The Avro schemas of an outbox topic: an envelope per captured table, holding its row, and one of
/// markers.
///
/// The envelope's first field is `last`, a boolean, so that it stands in the byte after the frame
/// and can be set in an encoded record ([OutboxEncoder#markLast]). Original names of table and
/// columns are kept as properties, since Avro allows fewer characters than PostgreSQL.
public final class OutboxSchemas {
  static final String NAMESPACE = "tandem.outbox";
  private static final String TABLE_SCHEMA = "table.schema";
  private static final String TABLE_NAME = "table.name";
  private static final String COLUMN = "column";
  private static final String CARRIER = "carrier";
  private static final String KEY = "key";
  private static final String IDENTITY = "identity";

  /// Operations by their index on the wire, new ones last; `READ` is a swept row, `VERIFY` one for
  /// a verification.
  static final List<String> OPERATIONS =
      List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE", "READ", "VERIFY", "REPLACE");

  /// Kinds of markers by their index on the wire, new ones last.
  static final List<String> MARKERS =
      List.of("SWEEP_STARTED", "SWEEP_ENDED", "HORIZON", "EPOCH", "VERIFICATION_ENDED");

  private static final List<String> ENVELOPE =
      List.of(
          "last",
          "op",
          "epoch",
          "xid",
          "afterLsn",
          "lsn",
          "ordinal",
          "at",
          "snapshot",
          "beforeUnknown",
          "before",
          "afterUnknown",
          "after");

  private OutboxSchemas() {}

  public static Schema envelope(RowSchema rows) {
    TableId table = rows.table();
    String namespace =
        NAMESPACE + "." + AvroNames.clean(table.schema()) + "." + AvroNames.clean(table.name());
    Schema row = row(rows, namespace);
    Schema unknown = Schema.createArray(Schema.create(Schema.Type.INT));
    return SchemaBuilder.record("Change")
        .namespace(namespace)
        .doc("A change of a row of " + table + ", or the row as a sweep read it")
        .fields()
        .requiredBoolean("last")
        .name("op")
        .type(Schema.createEnum("Op", null, namespace, OPERATIONS))
        .noDefault()
        .requiredInt("epoch")
        .requiredLong("xid")
        .requiredLong("afterLsn")
        .requiredLong("lsn")
        .requiredInt("ordinal")
        .name("at")
        .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
        .noDefault()
        .name("snapshot")
        .type(nullable(Schema.create(Schema.Type.STRING)))
        .noDefault()
        .name("beforeUnknown")
        .doc("indexes of the columns of before whose value the log did not say")
        .type(unknown)
        .noDefault()
        .name("before")
        .type(nullable(row))
        .noDefault()
        .name("afterUnknown")
        .type(unknown)
        .noDefault()
        .name("after")
        .type(nullable(row))
        .noDefault()
        .endRecord();
  }

  static final Schema MARKER =
      SchemaBuilder.record("Marker")
          .namespace(NAMESPACE)
          .doc("Something that concerns the whole partition")
          .fields()
          .name("kind")
          .type(Schema.createEnum("MarkerKind", null, NAMESPACE, MARKERS))
          .noDefault()
          .requiredInt("epoch")
          .name("tableSchema")
          .type(nullable(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .name("tableName")
          .type(nullable(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .requiredString("sweep")
          .name("snapshot")
          .type(nullable(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .name("at")
          .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .endRecord();

  /// Whether a schema is that of markers, also of an older version, which knew fewer kinds.
  static boolean isMarker(Schema schema) {
    return schema.getType() == Schema.Type.RECORD
        && schema.getFullName().equals(MARKER.getFullName())
        && names(schema).equals(names(MARKER));
  }

  private static List<String> names(Schema record) {
    return record.getFields().stream().map(Schema.Field::name).toList();
  }

  static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  private static Schema row(RowSchema rows, String namespace) {
    var fields = new ArrayList<Schema.Field>();
    for (RowSchema.Field field : rows.fields()) {
      Schema value = type(field.carrier());
      Schema type = field.array() ? Schema.createArray(nullable(value)) : value;
      var avro =
          new Schema.Field(AvroNames.clean(field.name()), nullable(type), null, (Object) null);
      avro.addProp(COLUMN, field.name());
      avro.addProp(CARRIER, field.carrier().name());
      fields.add(avro);
    }
    Schema row = Schema.createRecord("Row", "A row of " + rows.table(), namespace, false, fields);
    row.addProp(TABLE_SCHEMA, rows.table().schema());
    row.addProp(TABLE_NAME, rows.table().name());
    RowSchema.Key key = rows.key();
    if (key != null) {
      row.addProp(KEY, key.primary());
      row.addProp(IDENTITY, key.identity());
    }
    return row;
  }

  private static Schema type(Carrier carrier) {
    return switch (carrier) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT -> Schema.create(Schema.Type.INT);
      case LONG -> Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case NUMERIC, TEXT, JSON -> Schema.create(Schema.Type.STRING);
      case BYTES -> Schema.create(Schema.Type.BYTES);
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case TIMESTAMP ->
          LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case INSTANT -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case TIME -> LogicalTypes.timeMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case UUID -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
    };
  }

  /// The columns of an envelope's rows, the way back.
  ///
  /// @throws UndecodableException if the schema is not an envelope of this version
  static RowSchema rows(Schema envelope) {
    if (envelope.getType() != Schema.Type.RECORD || !names(envelope).equals(ENVELOPE)) {
      throw new UndecodableException(
          "schema " + envelope.getFullName() + " is not an outbox envelope");
    }
    Schema row = envelope.getField("after").schema().getTypes().getLast();
    var fields = new ArrayList<RowSchema.Field>();
    for (Schema.Field field : row.getFields()) {
      boolean array = field.schema().getTypes().getLast().getType() == Schema.Type.ARRAY;
      fields.add(
          new RowSchema.Field(
              field.getProp(COLUMN), Carrier.valueOf(field.getProp(CARRIER)), array));
    }
    return new RowSchema(
        new TableId(row.getProp(TABLE_SCHEMA), row.getProp(TABLE_NAME)), fields, key(row));
  }

  /// Null in what an older program wrote.
  private static RowSchema.@Nullable Key key(Schema row) {
    return row.getObjectProp(KEY) instanceof List<?> primary
            && row.getObjectProp(IDENTITY) instanceof List<?> identity
        ? new RowSchema.Key(texts(primary), texts(identity))
        : null;
  }

  private static List<String> texts(List<?> items) {
    return items.stream().map(Object::toString).toList();
  }
}
