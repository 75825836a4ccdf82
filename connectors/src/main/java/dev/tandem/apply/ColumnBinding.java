package dev.tandem.apply;

import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.table.Sql;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// One target column and the contract field that fills it, bound once: where the value stands in
/// the record, how it travels, and the expression that makes it the column's.
///
/// The expression casts to the column's type without its length: an explicit cast to `varchar(3)`
/// would cut silently where an assignment refuses.
record ColumnBinding(TargetColumn column, int field, Schema type, Transport transport) {
  /// Types whose equality is identity, so that an update that changes nothing can be told.
  private static final Set<String> IDENTICAL =
      Set.of(
          "smallint",
          "integer",
          "bigint",
          "boolean",
          "uuid",
          "date",
          "bytea",
          "timestamp without time zone",
          "timestamp with time zone",
          "time without time zone");

  private static final Set<String> COLLATED = Set.of("text", "character varying", "bpchar");

  static ColumnBinding of(TargetColumn column, Schema record) {
    Schema.Field field = record.getField(column.field());
    if (field == null) {
      throw new IllegalArgumentException(
          "column " + column.name() + ": no field " + column.field() + " in " + record.getName());
    }
    Schema type = present(field.schema());
    return new ColumnBinding(column, field.pos(), type, transport(type));
  }

  /// The schema of values that are not null.
  static Schema present(Schema schema) {
    if (!schema.isUnion()) {
      return schema;
    }
    List<Schema> types =
        schema.getTypes().stream().filter(t -> t.getType() != Schema.Type.NULL).toList();
    if (types.size() != 1) {
      throw new IllegalArgumentException("expected null and one type, found " + schema);
    }
    return types.getFirst();
  }

  private static Transport transport(Schema type) {
    if (logical(type).equals("decimal")) {
      return Transport.TEXT;
    }
    return switch (type.getType()) {
      case INT, LONG -> Transport.INT8;
      case DOUBLE -> Transport.FLOAT8;
      case BOOLEAN -> Transport.BOOL;
      case BYTES, FIXED -> Transport.BYTEA;
      default -> Transport.TEXT;
    };
  }

  static String logical(Schema type) {
    return type.getLogicalType() == null ? "" : type.getLogicalType().getName();
  }

  /// The value as it travels.
  @Nullable Object read(IndexedRecord record) {
    Object value = record.get(field);
    if (value == null) {
      return null;
    }
    return switch (transport) {
      case INT8 -> ((Number) value).longValue();
      case TEXT -> ValueText.of(value, type, column.postgres());
      case BYTEA -> bytes(value);
      case FLOAT8, BOOL -> value;
    };
  }

  private static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  String name() {
    return Sql.quote(column.name());
  }

  /// The column's type without its length.
  String base() {
    return TypeNames.base(column.postgres());
  }

  /// The column's value out of the travelling one, without the column's length.
  String value(String travelling) {
    String moment = moment(travelling);
    return "(" + (moment.isEmpty() ? travelling : moment) + ")::" + base();
  }

  /// The same with the column's length and scale, to compare with what the column holds.
  String stored(String travelling) {
    return "(" + value(travelling) + ")::" + column.postgres();
  }

  /// Something that is equal for two values of the column only if they are identical.
  String identity(String expression) {
    if (IDENTICAL.contains(base())) {
      return expression;
    }
    return COLLATED.contains(base())
        ? expression + " COLLATE \"C\""
        : "(" + expression + ")::text COLLATE \"C\"";
  }

  private String moment(String v) {
    String since =
        "(%1$s / 1000000 * interval '1 second' + %1$s %% 1000000 * interval '1 microsecond')";
    String zoned = base().equals("timestamp without time zone") ? "timestamp" : "timestamptz";
    return switch (logical(type)) {
      case "date" -> "date '1970-01-01' + " + v + "::int";
      case "time-micros" -> time(v, since);
      case "time-millis" -> time("(" + v + " * 1000)", since);
      case "local-timestamp-micros" -> "timestamp '1970-01-01' + " + since.formatted(v);
      case "local-timestamp-millis" ->
          "timestamp '1970-01-01' + " + since.formatted("(" + v + " * 1000)");
      case "timestamp-micros" -> zoned + " '1970-01-01 00:00:00Z' + " + since.formatted(v);
      case "timestamp-millis" ->
          zoned + " '1970-01-01 00:00:00Z' + " + since.formatted("(" + v + " * 1000)");
      default -> "";
    };
  }

  /// A whole day is 24:00, which is no 00:00.
  private static String time(String v, String since) {
    return "CASE "
        + v
        + " WHEN "
        + ValueText.DAY
        + " THEN time '24:00' ELSE time '00:00' + "
        + since.formatted(v)
        + " END";
  }
}
