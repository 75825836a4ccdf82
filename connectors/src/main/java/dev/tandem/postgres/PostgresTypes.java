package dev.tandem.postgres;

import dev.tandem.table.BuiltInType;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Which carrier a PostgreSQL type travels in. A type has one only if the logical replication
/// stream and a query give the same value for all that the type allows; so interval, timetz, bit,
/// money, name, hstore, composites and geometry have none, nor have arrays whose elements the
/// stream drops (numeric with NaN) or whose unchanged TOAST values it does not tell from others,
/// numeric with a negative scale, and columns declared multi-dimensional. A domain travels as what
/// it is made of.
final class PostgresTypes {
  private PostgresTypes() {}

  /// The type of the column that `row` of the catalog's column query stands on.
  static ColumnType columnType(ResultSet row) throws SQLException {
    String shown = row.getString("shown");
    boolean builtIn = "pg_catalog".equals(row.getString("type_schema"));
    if (row.getBoolean("array")) {
      boolean plain = builtIn && row.getInt("depth") == 0 && row.getInt("attndims") <= 1;
      return new ColumnType(
          shown, plain ? BuiltInType.elementCarrier(row.getString("element")) : null, true);
    }
    if (!builtIn) {
      return new ColumnType(shown, extension(row), false);
    }
    String name = row.getString("typname");
    if (name.equals("bpchar") && row.getInt("depth") > 0) {
      shown = padded(row.getInt("typmod"));
    }
    Carrier carrier = BuiltInType.carrier(name);
    boolean lost = carrier == Carrier.NUMERIC && hasNegativeScale(row.getInt("typmod"));
    return new ColumnType(shown, lost ? null : carrier, false);
  }

  /// What a domain is made of: whoever reads its values has to know that they are padded.
  ///
  /// Source of the packing: PostgreSQL, varchar.c (the length after a header of 4).
  private static String padded(int typmod) {
    return typmod < 4 ? "bpchar" : "character(" + (typmod - 4) + ")";
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
