package dev.tandem.table;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /// What SQL calls types beside what the catalog calls and shows them.
  private static final Map<String, List<String>> ALIASES =
      Map.of(
          "int2", List.of("smallserial", "serial2"),
          "int4", List.of("int", "serial", "serial4"),
          "int8", List.of("bigserial", "serial8"),
          "float8", List.of("float"),
          "numeric", List.of("decimal", "dec"),
          "bpchar", List.of("char"));

  private static final Map<String, BuiltInType> KNOWN = known();

  private SqlType() {}

  private static Map<String, BuiltInType> known() {
    var known = new HashMap<String, BuiltInType>();
    for (BuiltInType type : BuiltInType.ALL) {
      known.put(type.name(), type);
      known.put(type.shown(), type);
      ALIASES.getOrDefault(type.name(), List.of()).forEach(alias -> known.put(alias, type));
    }
    // Of an extension, and a text like any.
    known.put("citext", new BuiltInType("citext", "citext", Carrier.TEXT, Set.of()));
    return known;
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
    BuiltInType known = KNOWN.get(zone == null ? form.group(1) : form.group(1) + " " + zone);
    if (known == null) {
      return Optional.empty();
    }
    boolean array = form.group(5) != null;
    String shown = shown(known.shown(), form.group(2), form.group(3));
    if (array) {
      boolean several = SEVERAL_DIMENSIONS.matcher(plain).matches();
      return Optional.of(new ColumnType(shown + "[]", several ? null : known.arrayCarrier(), true));
    }
    boolean lost = form.group(3) != null && form.group(3).startsWith("-");
    return Optional.of(new ColumnType(shown, lost ? null : known.carrier(), false));
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
