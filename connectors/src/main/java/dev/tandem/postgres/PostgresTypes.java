package dev.tandem.postgres;

import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which carrier a PostgreSQL type travels in. A type has one only if the logical replication
/// stream and a query give the same value for all that the type allows; so interval, timetz, bit,
/// money, name, hstore, composites and geometry have none, nor have arrays whose elements the
/// stream drops (numeric with NaN) or whose unchanged TOAST values it does not tell from others,
/// numeric with a negative scale, and columns declared multi-dimensional. A domain travels as what
/// it is made of.
final class PostgresTypes {
  private static final Map<String, Carrier> BUILT_IN =
      Map.ofEntries(
          Map.entry("bool", Carrier.BOOLEAN),
          Map.entry("int2", Carrier.INT),
          Map.entry("int4", Carrier.INT),
          Map.entry("int8", Carrier.LONG),
          Map.entry("oid", Carrier.LONG),
          Map.entry("float4", Carrier.FLOAT),
          Map.entry("float8", Carrier.DOUBLE),
          Map.entry("numeric", Carrier.NUMERIC),
          Map.entry("text", Carrier.TEXT),
          Map.entry("varchar", Carrier.TEXT),
          Map.entry("bpchar", Carrier.TEXT),
          Map.entry("inet", Carrier.TEXT),
          Map.entry("cidr", Carrier.TEXT),
          Map.entry("macaddr", Carrier.TEXT),
          Map.entry("macaddr8", Carrier.TEXT),
          Map.entry("int4range", Carrier.TEXT),
          Map.entry("int8range", Carrier.TEXT),
          Map.entry("numrange", Carrier.TEXT),
          Map.entry("daterange", Carrier.TEXT),
          Map.entry("tsrange", Carrier.TEXT),
          Map.entry("tsvector", Carrier.TEXT),
          Map.entry("bytea", Carrier.BYTES),
          Map.entry("date", Carrier.DATE),
          Map.entry("timestamp", Carrier.TIMESTAMP),
          Map.entry("timestamptz", Carrier.INSTANT),
          Map.entry("time", Carrier.TIME),
          Map.entry("uuid", Carrier.UUID),
          Map.entry("json", Carrier.JSON),
          Map.entry("jsonb", Carrier.JSON));

  private static final Map<String, Carrier> ELEMENTS =
      Map.of(
          "int4", Carrier.INT,
          "int8", Carrier.LONG,
          "text", Carrier.TEXT,
          "varchar", Carrier.TEXT,
          "bpchar", Carrier.TEXT,
          "uuid", Carrier.UUID);

  private PostgresTypes() {}

  /// The type of the column that `row` of the catalog's column query stands on.
  static ColumnType columnType(ResultSet row) throws SQLException {
    String shown = row.getString("shown");
    boolean builtIn = "pg_catalog".equals(row.getString("type_schema"));
    if (row.getBoolean("array")) {
      boolean plain = builtIn && row.getInt("depth") == 0 && row.getInt("attndims") <= 1;
      return new ColumnType(shown, plain ? ELEMENTS.get(row.getString("element")) : null, true);
    }
    if (!builtIn) {
      return new ColumnType(shown, extension(row), false);
    }
    Carrier carrier = BUILT_IN.get(row.getString("typname"));
    boolean lost = carrier == Carrier.NUMERIC && hasNegativeScale(row.getInt("typmod"));
    return new ColumnType(shown, lost ? null : carrier, false);
  }

  private static @Nullable Carrier extension(ResultSet row) throws SQLException {
    boolean isEnum = "e".equals(row.getString("typtype"));
    return isEnum || row.getString("typname").equals("citext") ? Carrier.TEXT : null;
  }

  /// Source of the packing: PostgreSQL, numeric.c (eleven bits of signed scale, after a header of
  /// 4).
  private static boolean hasNegativeScale(int typmod) {
    return typmod >= 4 && ((typmod - 4 & 0x400) != 0);
  }
}
