package dev.tandem.table;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The built-in types of PostgreSQL by the names that SQL has for them, as the catalog would show
/// them and in the carrier that they travel in.
public final class SqlType {
  private static final Pattern FORM =
      Pattern.compile(
          "([a-z_][a-z0-9_ ]*?)\\s*(?:\\(\\s*([0-9]+)\\s*(?:,\\s*(-?[0-9]+)\\s*)?\\))?"
              + "\\s*((?:with|without) time zone)?\\s*(array|(?:array)?\\s*(?:\\[\\d*])+)?");

  private static final Pattern SEVERAL_DIMENSIONS = Pattern.compile(".*\\[\\d*]\\s*\\[.*");

  /// A type as the catalog shows it.
  private record Known(String shown, @Nullable Carrier carrier) {}

  private static final Map<String, Known> KNOWN = known();

  private SqlType() {}

  private static Map<String, Known> known() {
    var known = new HashMap<String, Known>();
    name(known, "boolean", Carrier.BOOLEAN, "bool");
    name(known, "smallint", Carrier.INT, "int2", "smallserial", "serial2");
    name(known, "integer", Carrier.INT, "int4", "int", "serial", "serial4");
    name(known, "bigint", Carrier.LONG, "int8", "bigserial", "serial8");
    name(known, "oid", Carrier.LONG);
    name(known, "real", Carrier.FLOAT, "float4");
    name(known, "double precision", Carrier.DOUBLE, "float8", "float");
    name(known, "numeric", Carrier.NUMERIC, "decimal", "dec");
    name(known, "text", Carrier.TEXT);
    name(known, "character varying", Carrier.TEXT, "varchar");
    name(known, "character", Carrier.TEXT, "char", "bpchar");
    for (String text :
        new String[] {
          "citext",
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "int4range",
          "int8range",
          "numrange",
          "daterange",
          "tsrange",
          "tsvector"
        }) {
      name(known, text, Carrier.TEXT);
    }
    name(known, "bytea", Carrier.BYTES);
    name(known, "date", Carrier.DATE);
    name(known, "timestamp without time zone", Carrier.TIMESTAMP, "timestamp");
    name(known, "timestamp with time zone", Carrier.INSTANT, "timestamptz");
    name(known, "time without time zone", Carrier.TIME, "time");
    name(known, "time with time zone", null, "timetz");
    name(known, "uuid", Carrier.UUID);
    name(known, "json", Carrier.JSON);
    name(known, "jsonb", Carrier.JSON);
    return known;
  }

  private static void name(
      Map<String, Known> known, String shown, @Nullable Carrier carrier, String... aliases) {
    known.put(shown, new Known(shown, carrier));
    for (String alias : aliases) {
      known.put(alias, new Known(shown, carrier));
    }
  }

  /// The type of this name, empty where PostgreSQL has none of itself.
  ///
  /// @param text such as `varchar(40)`, `numeric(12, 2)`, `timestamp with time zone`, `text[]`
  public static Optional<ColumnType> parse(String text) {
    String plain =
        text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").replace("pg_catalog.", "");
    Matcher form = FORM.matcher(plain);
    if (!form.matches()) {
      return Optional.empty();
    }
    String zone = form.group(4);
    Known known = KNOWN.get(zone == null ? form.group(1) : form.group(1) + " " + zone);
    if (known == null) {
      return Optional.empty();
    }
    boolean array = form.group(5) != null;
    String shown = shown(known.shown, form.group(2), form.group(3));
    boolean lost =
        form.group(3) != null && form.group(3).startsWith("-")
            || array && (SEVERAL_DIMENSIONS.matcher(plain).matches() || !isElement(known.shown));
    return Optional.of(
        new ColumnType(array ? shown + "[]" : shown, lost ? null : known.carrier, array));
  }

  /// Arrays of these come through the log as a query would give them.
  private static boolean isElement(String shown) {
    return switch (shown) {
      case "integer", "bigint", "text", "character varying", "character", "uuid" -> true;
      default -> false;
    };
  }

  private static String shown(String name, @Nullable String first, @Nullable String second) {
    if (first == null) {
      return name.equals("character") ? "character(1)" : name;
    }
    if (name.equals("numeric")) {
      return "numeric(" + first + "," + (second == null ? "0" : second) + ")";
    }
    int zone = name.indexOf(" with");
    return zone < 0
        ? name + "(" + first + ")"
        : name.substring(0, zone) + "(" + first + ")" + name.substring(zone);
  }
}
