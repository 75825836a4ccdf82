package dev.tandem.version;

import dev.tandem.contract.OptionalSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/// What a lookup means: texts or symbols of one schema to those of another. A symbol that is not
/// listed keeps its name where the target has it, and else becomes the default.
///
/// @param values every pair, the implied ones included
/// @param otherwise what all else becomes; nothing where the pairs say it all, or where it is
///     refused
record LookupTable(
    Schema source, Schema target, SequencedMap<String, String> values, Optional<String> otherwise) {

  /// Empty between other types than enums and strings.
  static Optional<LookupTable> of(Expression.Lookup lookup, Schema source, Schema target) {
    if (!texts(source) || !texts(target)) {
      return Optional.empty();
    }
    var values = new LinkedHashMap<>(lookup.values());
    Optional<String> otherwise = lookup.otherwise();
    if (source.getType() == Schema.Type.ENUM) {
      for (String symbol : source.getEnumSymbols()) {
        if (target.getType() == Schema.Type.STRING || target.hasEnumSymbol(symbol)) {
          values.putIfAbsent(symbol, symbol);
        }
        otherwise.ifPresent(value -> values.putIfAbsent(symbol, value));
      }
      otherwise = Optional.empty();
    }
    return Optional.of(new LookupTable(source, target, values, otherwise));
  }

  /// A copy or cast of symbols, as a table.
  static LookupTable identity(Schema symbols, Schema target) {
    var values = new LinkedHashMap<String, String>();
    symbols.getEnumSymbols().forEach(symbol -> values.put(symbol, symbol));
    return new LookupTable(symbols, target, values, Optional.empty());
  }

  private static boolean texts(Schema schema) {
    return schema.getType() == Schema.Type.ENUM
        || schema.getType() == Schema.Type.STRING && schema.getLogicalType() == null;
  }

  /// Why it is no table between these schemas.
  Optional<String> refusal() {
    if (source.getType() == Schema.Type.ENUM) {
      for (String symbol : source.getEnumSymbols()) {
        if (!values.containsKey(symbol)) {
          return Optional.of(
              "expected a value for each symbol of "
                  + OptionalSchema.describe(source)
                  + ", found none for "
                  + symbol);
        }
      }
      for (String listed : values.keySet()) {
        if (!source.hasEnumSymbol(listed)) {
          return Optional.of(
              "expected symbols of " + OptionalSchema.describe(source) + ", found " + listed);
        }
      }
    }
    if (target.getType() == Schema.Type.ENUM) {
      var made = new ArrayList<>(values.values());
      otherwise.ifPresent(made::add);
      for (String value : made) {
        if (!target.hasEnumSymbol(value)) {
          return Optional.of(
              "expected symbols of " + OptionalSchema.describe(target) + ", found " + value);
        }
      }
    }
    return Optional.empty();
  }

  /// Whether another table gives back every value that this one takes.
  boolean isUndoneBy(UnaryOperator<@Nullable String> back) {
    return otherwise.isEmpty()
        && values.entrySet().stream()
            .allMatch(entry -> entry.getKey().equals(back.apply(entry.getValue())));
  }

  /// @throws Unfit for a text that is not listed, where there is no default
  Object get(Object value) {
    String found = values.get(value.toString());
    if (found == null) {
      found =
          otherwise.orElseThrow(
              () ->
                  new Unfit("expected one of " + values.size() + " listed values, found another"));
    }
    return object(found);
  }

  private Object object(String text) {
    return target.getType() == Schema.Type.ENUM ? new GenericData.EnumSymbol(target, text) : text;
  }
}
