package dev.tandem.table;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A type that PostgreSQL has of itself: one list for whoever reads its catalog, reads SQL, or asks
/// what becomes of a value.
///
/// @param name in `pg_type`
/// @param shown as `format_type` prints it without a modifier
/// @param carrier null for a type that is known and has none
/// @param traits what else is true of it
public record BuiltInType(
    String name, String shown, @Nullable Carrier carrier, Set<BuiltInType.Trait> traits) {
  public BuiltInType {
    traits = Set.copyOf(traits);
  }

  enum Trait {
    /// Arrays of it come through the log as a query would give them.
    ELEMENT,
    /// A text that is written to it may come back in another form.
    REWRITING
  }

  static final List<BuiltInType> ALL =
      List.of(
          of("bool", "boolean", Carrier.BOOLEAN),
          of("int2", "smallint", Carrier.INT),
          of("int4", "integer", Carrier.INT, Trait.ELEMENT),
          of("int8", "bigint", Carrier.LONG, Trait.ELEMENT),
          of("oid", "oid", Carrier.LONG),
          of("float4", "real", Carrier.FLOAT),
          of("float8", "double precision", Carrier.DOUBLE),
          of("numeric", "numeric", Carrier.NUMERIC),
          of("text", "text", Carrier.TEXT, Trait.ELEMENT),
          of("varchar", "character varying", Carrier.TEXT, Trait.ELEMENT),
          of("bpchar", "character", Carrier.TEXT, Trait.ELEMENT),
          of("inet", "inet", Carrier.TEXT, Trait.REWRITING),
          of("cidr", "cidr", Carrier.TEXT, Trait.REWRITING),
          of("macaddr", "macaddr", Carrier.TEXT, Trait.REWRITING),
          of("macaddr8", "macaddr8", Carrier.TEXT, Trait.REWRITING),
          of("int4range", "int4range", Carrier.TEXT, Trait.REWRITING),
          of("int8range", "int8range", Carrier.TEXT, Trait.REWRITING),
          of("numrange", "numrange", Carrier.TEXT, Trait.REWRITING),
          of("daterange", "daterange", Carrier.TEXT, Trait.REWRITING),
          of("tsrange", "tsrange", Carrier.TEXT, Trait.REWRITING),
          of("tsvector", "tsvector", Carrier.TEXT, Trait.REWRITING),
          of("bytea", "bytea", Carrier.BYTES),
          of("date", "date", Carrier.DATE),
          of("timestamp", "timestamp without time zone", Carrier.TIMESTAMP),
          of("timestamptz", "timestamp with time zone", Carrier.INSTANT),
          of("time", "time without time zone", Carrier.TIME),
          of("timetz", "time with time zone", null),
          of("uuid", "uuid", Carrier.UUID, Trait.ELEMENT),
          of("json", "json", Carrier.JSON),
          of("jsonb", "jsonb", Carrier.JSON));

  private static final Map<String, BuiltInType> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(BuiltInType::name, Function.identity()));

  private static final Set<String> REWRITING =
      ALL.stream()
          .filter(type -> type.traits.contains(Trait.REWRITING))
          .map(BuiltInType::shown)
          .collect(Collectors.toUnmodifiableSet());

  private static BuiltInType of(
      String name, String shown, @Nullable Carrier carrier, Trait... traits) {
    return new BuiltInType(name, shown, carrier, Set.of(traits));
  }

  /// @param name in `pg_type`
  /// @return null where a column of the type has none
  public static @Nullable Carrier carrier(String name) {
    BuiltInType type = BY_NAME.get(name);
    return type == null ? null : type.carrier;
  }

  /// @param name of the elements' type in `pg_type`
  /// @return null where an array of them has none
  public static @Nullable Carrier elementCarrier(@Nullable String name) {
    BuiltInType type = name == null ? null : BY_NAME.get(name);
    return type == null ? null : type.arrayCarrier();
  }

  @Nullable Carrier arrayCarrier() {
    return traits.contains(Trait.ELEMENT) ? carrier : null;
  }

  /// Whether a text may come back in another form than it was written in.
  ///
  /// @param shown as `format_type` prints it
  public static boolean rewrites(String shown) {
    return REWRITING.contains(shown);
  }
}
