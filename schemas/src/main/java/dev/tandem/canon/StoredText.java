package dev.tandem.canon;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.table.Padding;
import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// A text as far as its column, or an element of its column's arrays, keeps it: `jsonb` keeps
/// content, `char(n)` no trailing blanks, `varchar(n)` none behind its last character, `uuid` no
/// case.
///
/// @param varying how many characters are kept, of which trailing blanks that are too many are cut
///     without a word; the largest number where the type says nothing of the kind
record StoredText(boolean jsonb, boolean lowerCase, boolean padded, int varying) {
  private static final String VARYING = "character varying(";

  /// @param schema of the contract field
  /// @param postgres the column's type as `format_type` prints it
  static StoredText of(Schema schema, String postgres) {
    Schema bare = OptionalSchema.bare(schema);
    boolean isArray = bare.getType() == Schema.Type.ARRAY;
    Schema value = isArray ? OptionalSchema.bare(bare.getElementType()) : bare;
    String type = isArray ? postgres.replaceFirst("\\[\\]$", "") : postgres;
    return new StoredText(
        type.equals("jsonb"),
        type.equals("uuid") || value.getLogicalType() instanceof LogicalTypes.Uuid,
        Padding.isOf(type),
        type.startsWith(VARYING)
            ? Integer.parseInt(type.substring(VARYING.length(), type.indexOf(')')))
            : Integer.MAX_VALUE);
  }

  String of(String text) {
    if (jsonb) {
      return CanonicalJson.of(text);
    }
    if (lowerCase) {
      return text.toLowerCase(Locale.ROOT);
    }
    int end = text.length();
    while (end > 0
        && text.charAt(end - 1) == ' '
        && (padded || end > varying && text.codePointCount(0, end) > varying)) {
      end--;
    }
    return text.substring(0, end);
  }
}
