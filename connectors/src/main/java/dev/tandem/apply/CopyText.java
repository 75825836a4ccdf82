package dev.tandem.apply;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values in the text format of `COPY`, for those columns whose type reads that text as exactly the
/// value that [TableSql] would make of it.
final class CopyText {
  private static final Set<String> WHOLE = Set.of("smallint", "integer", "bigint", "numeric");

  /// What the moments of a logical type may be written to.
  private static final Map<String, String> MOMENTS =
      Map.of(
          "date", "date",
          "time-micros", "time without time zone",
          "local-timestamp-micros", "timestamp without time zone",
          "timestamp-micros", "timestamp with time zone");

  private CopyText() {}

  static boolean fits(ColumnBinding column) {
    return switch (column.transport()) {
      case TEXT -> true;
      case BOOL -> column.base().equals("boolean");
      case FLOAT8 -> column.base().equals("double precision");
      case BYTEA -> column.base().equals("bytea");
      case INT8 -> {
        String logical = ColumnBinding.logical(column.type());
        yield logical.isEmpty()
            ? WHOLE.contains(column.base())
            : column.base().equals(MOMENTS.get(logical));
      }
    };
  }

  /// @param value as it travels
  static void append(StringBuilder out, ColumnBinding column, @Nullable Object value) {
    switch (value) {
      case null -> out.append("\\N");
      case String text -> escaped(out, text);
      case byte[] bytes -> out.append("\\\\x").append(HexFormat.of().formatHex(bytes));
      case Long number -> moment(out, ColumnBinding.logical(column.type()), number);
      default -> out.append(value);
    }
  }

  private static void moment(StringBuilder out, String logical, long value) {
    switch (logical) {
      case "date" -> out.append(LocalDate.ofEpochDay(value));
      case "time-micros" -> out.append(ValueText.time(value));
      case "local-timestamp-micros" -> out.append(local(value));
      case "timestamp-micros" -> out.append(local(value)).append('Z');
      default -> out.append(value);
    }
  }

  private static LocalDateTime local(long micros) {
    long nanos = Math.floorMod(micros, 1_000_000L) * 1000;
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), (int) nanos, ZoneOffset.UTC);
  }

  private static void escaped(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c);
      }
    }
  }
}
