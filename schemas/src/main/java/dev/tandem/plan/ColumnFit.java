package dev.tandem.plan;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.table.BuiltInType;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// The rule of target columns: a column takes a contract field if it can hold every value of the
/// field's type and gives it back as it was.
final class ColumnFit {
  private static final Pattern SIZED = Pattern.compile("[^(]*\\((\\d+)(?:,(-?\\d+))?\\).*");

  private static final String INSTANT = "timestamp with time zone";
  private static final String LOCAL = "timestamp without time zone";

  private ColumnFit() {}

  /// Why a column does not take a field.
  ///
  /// @param cause completes "the column …"
  /// @param wanted a PostgreSQL type that would take it; empty if there is none
  record Misfit(String cause, String wanted) {}

  static Optional<Misfit> check(Schema field, ColumnType column) {
    Schema schema = OptionalSchema.bare(field);
    Carrier carrier = column.carrier();
    if (carrier == null) {
      return Optional.of(
          new Misfit(
              "has the type " + column.postgres() + ", which cannot be observed faithfully",
              wanted(schema)));
    }
    if (schema.getType() == Schema.Type.ARRAY || column.array()) {
      return array(schema, column, carrier);
    }
    return takes(schema, column, carrier)
        ? Optional.empty()
        : Optional.of(
            new Misfit(
                "has the type "
                    + column.postgres()
                    + ", which does not hold every "
                    + OptionalSchema.describe(schema),
                wanted(schema)));
  }

  /// Why a column that takes a field cannot name an entity by it: a text that comes back in another
  /// form than it was written in (`uuid` lowers it, `inet` drops its mask, `jsonb` orders it) would
  /// be one name on the legacy side and another on the target's.
  static Optional<Misfit> checkName(Schema field, ColumnType column) {
    Schema schema = OptionalSchema.bare(field);
    boolean isPlain = schema.getType() == Schema.Type.STRING && schema.getLogicalType() == null;
    Carrier carrier = column.carrier();
    boolean rewrites =
        carrier == Carrier.UUID
            || carrier == Carrier.JSON
            || BuiltInType.rewrites(column.postgres());
    return isPlain && rewrites
        ? Optional.of(
            new Misfit(
                "has the type "
                    + column.postgres()
                    + ", which gives a text back in another form than it was written in, so that"
                    + " both sides would name an entity differently",
                carrier == Carrier.UUID
                    ? "text (or give the field the logical type uuid)"
                    : wanted(schema)))
        : Optional.empty();
  }

  /// Whether a column gives a text back in another form than it may have been written in. Where the
  /// text came out of a column of the same type it has that form.
  static boolean rewrites(ColumnType column) {
    return BuiltInType.rewrites(column.postgres().replaceFirst("\\[\\]$", ""));
  }

  private static Optional<Misfit> array(Schema schema, ColumnType column, Carrier carrier) {
    if (schema.getType() == Schema.Type.ARRAY && column.array()) {
      String postgres = column.postgres().replaceFirst("\\[\\]$", "");
      return check(schema.getElementType(), ColumnType.of(postgres, carrier))
          .map(
              _ ->
                  new Misfit(
                      "has the type "
                          + column.postgres()
                          + ", which does not hold every "
                          + OptionalSchema.describe(schema),
                      wanted(schema)));
    }
    return Optional.of(
        new Misfit(
            "has the type "
                + column.postgres()
                + ", the field is "
                + OptionalSchema.describe(schema),
            wanted(schema)));
  }

  private static boolean takes(Schema schema, ColumnType column, Carrier carrier) {
    LogicalType logical = schema.getLogicalType();
    return switch (schema.getType()) {
      case STRING -> text(carrier, logical instanceof LogicalTypes.Uuid ? 36 : 0, column);
      case ENUM ->
          text(
                  carrier,
                  schema.getEnumSymbols().stream().mapToInt(String::length).max().orElse(0),
                  column)
              && carrier != Carrier.UUID
              && carrier != Carrier.JSON;
      case BOOLEAN -> carrier == Carrier.BOOLEAN;
      case FLOAT -> carrier == Carrier.FLOAT || carrier == Carrier.DOUBLE;
      case DOUBLE -> carrier == Carrier.DOUBLE;
      case BYTES, FIXED ->
          logical instanceof LogicalTypes.Decimal decimal
              ? decimal(decimal, column, carrier)
              : carrier == Carrier.BYTES;
      case INT, LONG ->
          logical == null ? whole(schema, column, carrier) : time(logical, column, carrier);
      case ARRAY, RECORD, MAP, UNION, NULL -> false;
    };
  }

  /// @param longest length of the longest value, 0 where it is not known
  private static boolean text(Carrier carrier, int longest, ColumnType column) {
    return switch (carrier) {
      case TEXT -> longest == 0 || longest <= size(column, 1, Integer.MAX_VALUE);
      case JSON -> longest == 0;
      case UUID -> true;
      default -> false;
    };
  }

  private static boolean whole(Schema schema, ColumnType column, Carrier carrier) {
    boolean isLong = schema.getType() == Schema.Type.LONG;
    return switch (carrier) {
      case INT -> !isLong && !column.postgres().equals("smallint");
      case LONG -> !column.postgres().equals("oid");
      case NUMERIC -> integerDigits(column) >= (isLong ? 19 : 10);
      case DOUBLE -> !isLong;
      default -> false;
    };
  }

  private static boolean decimal(LogicalTypes.Decimal decimal, ColumnType column, Carrier carrier) {
    int digits = decimal.getPrecision() - decimal.getScale();
    return switch (carrier) {
      case NUMERIC -> integerDigits(column) >= digits && scale(column) >= decimal.getScale();
      case INT ->
          decimal.getScale() == 0 && digits <= (column.postgres().equals("smallint") ? 4 : 9);
      case LONG -> decimal.getScale() == 0 && digits <= (column.postgres().equals("oid") ? 9 : 18);
      default -> false;
    };
  }

  private static boolean time(LogicalType logical, ColumnType column, Carrier carrier) {
    int digits = logical.getName().endsWith("-millis") ? 3 : 6;
    boolean exact = size(column, 1, 6) >= digits;
    return switch (logical) {
      case LogicalTypes.Date _ -> carrier == Carrier.DATE;
      case LogicalTypes.TimeMillis _ -> carrier == Carrier.TIME && exact;
      case LogicalTypes.TimeMicros _ -> carrier == Carrier.TIME && exact;
      case LogicalTypes.TimestampMillis _ -> carrier == Carrier.INSTANT && exact;
      case LogicalTypes.TimestampMicros _ -> carrier == Carrier.INSTANT && exact;
      case LogicalTypes.LocalTimestampMillis _ -> carrier == Carrier.TIMESTAMP && exact;
      case LogicalTypes.LocalTimestampMicros _ -> carrier == Carrier.TIMESTAMP && exact;
      default -> false;
    };
  }

  private static int integerDigits(ColumnType column) {
    int precision = size(column, 1, Integer.MAX_VALUE);
    return precision == Integer.MAX_VALUE ? precision : precision - size(column, 2, 0);
  }

  private static int scale(ColumnType column) {
    return size(column, 1, -1) < 0 ? Integer.MAX_VALUE : size(column, 2, 0);
  }

  /// A number in the parentheses of the type.
  private static int size(ColumnType column, int number, int otherwise) {
    Matcher sized = SIZED.matcher(column.postgres());
    if (!sized.matches() || sized.group(number) == null) {
      return otherwise;
    }
    return Integer.parseInt(sized.group(number));
  }

  /// The PostgreSQL type that takes every value of a schema, or nothing.
  static String wanted(Schema field) {
    Schema schema = OptionalSchema.bare(field);
    LogicalType logical = schema.getLogicalType();
    return switch (schema.getType()) {
      case STRING -> logical instanceof LogicalTypes.Uuid ? "uuid" : "text";
      case ENUM -> "text";
      case BOOLEAN -> "boolean";
      case FLOAT -> "real";
      case DOUBLE -> "double precision";
      case BYTES, FIXED ->
          logical instanceof LogicalTypes.Decimal decimal
              ? "numeric(" + decimal.getPrecision() + "," + decimal.getScale() + ")"
              : "bytea";
      case INT, LONG -> logical == null ? wholeWanted(schema) : timeWanted(logical);
      case ARRAY -> {
        String element = wanted(schema.getElementType());
        yield element.isEmpty() ? "" : element + "[]";
      }
      case RECORD, MAP, UNION, NULL -> "";
    };
  }

  private static String wholeWanted(Schema schema) {
    return schema.getType() == Schema.Type.LONG ? "bigint" : "integer";
  }

  private static String timeWanted(LogicalType logical) {
    return switch (logical) {
      case LogicalTypes.Date _ -> "date";
      case LogicalTypes.TimeMillis _ -> "time";
      case LogicalTypes.TimeMicros _ -> "time";
      case LogicalTypes.LocalTimestampMillis _ -> LOCAL;
      case LogicalTypes.LocalTimestampMicros _ -> LOCAL;
      case LogicalTypes.TimestampMillis _ -> INSTANT;
      case LogicalTypes.TimestampMicros _ -> INSTANT;
      default -> "";
    };
  }
}
