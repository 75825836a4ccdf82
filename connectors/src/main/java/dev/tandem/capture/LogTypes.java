package dev.tandem.capture;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Padding;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/// The carrier of a column as the log itself says it: what the catalog says is of now, and the log
/// may be read long after a table was changed.
final class LogTypes {
  /// Where the engine puts a column's type in PostgreSQL.
  private static final String SOURCE_TYPE = "__debezium.source.column.type";

  private LogTypes() {}

  /// Types that the log has as text and that are text.
  private static final Set<String> TEXTS =
      Set.of("", "TEXT", "VARCHAR", "BPCHAR", "CHAR", "NAME", "CITEXT");

  /// The column as the log has it; null if its type is carried by none.
  ///
  /// @param now its carrier by the catalog, null if it is not there: a column of a domain is text
  ///     in the log under the domain's name, also where that is over numbers
  static RowSchema.@Nullable Field field(String name, Schema connect, @Nullable Carrier now) {
    boolean array = connect.type() == Schema.Type.ARRAY;
    Carrier carrier = carrier(array ? connect.valueSchema() : connect, connect);
    if (carrier == Carrier.TEXT && now == Carrier.NUMERIC && !TEXTS.contains(type(connect))) {
      carrier = Carrier.NUMERIC;
    }
    return carrier == null ? null : new RowSchema.Field(name, carrier, array);
  }

  /// Whether the log has the column's values, or the elements of its arrays, with blanks that fill
  /// them up.
  ///
  /// @param now its type by the catalog, null if it is not there, which alone tells of a domain
  static boolean isPadded(Schema connect, @Nullable ColumnType now) {
    return switch (type(connect)) {
      case "BPCHAR", "_BPCHAR" -> true;
      case String known when TEXTS.contains(known) -> false;
      case String _ -> now != null && now.carrier() == Carrier.TEXT && Padding.isOf(now.postgres());
    };
  }

  private static @Nullable Carrier carrier(Schema value, Schema column) {
    String logical = value.name() == null ? "" : value.name();
    return switch (value.type()) {
      case BOOLEAN -> Carrier.BOOLEAN;
      case INT8, INT16 -> Carrier.INT;
      case INT32 -> logical.equals("io.debezium.time.Date") ? Carrier.DATE : Carrier.INT;
      case INT64 ->
          switch (logical) {
            case "io.debezium.time.MicroTimestamp" -> Carrier.TIMESTAMP;
            case "io.debezium.time.MicroTime" -> Carrier.TIME;
            case "" -> Carrier.LONG;
            default -> null;
          };
      case FLOAT32 -> Carrier.FLOAT;
      case FLOAT64 -> Carrier.DOUBLE;
      case BYTES -> logical.isEmpty() ? Carrier.BYTES : null;
      case STRING -> text(logical, column);
      case ARRAY, MAP, STRUCT -> null;
    };
  }

  private static Carrier text(String logical, Schema column) {
    return switch (logical) {
      case "io.debezium.time.ZonedTimestamp" -> Carrier.INSTANT;
      case "io.debezium.data.Uuid" -> Carrier.UUID;
      case "io.debezium.data.Json" -> Carrier.JSON;
      default -> isNumeric(column) ? Carrier.NUMERIC : Carrier.TEXT;
    };
  }

  private static boolean isNumeric(Schema column) {
    return type(column).equals("NUMERIC");
  }

  private static String type(Schema column) {
    Map<String, String> parameters = column.parameters();
    return parameters == null
        ? ""
        : parameters.getOrDefault(SOURCE_TYPE, "").toUpperCase(Locale.ROOT);
  }
}
