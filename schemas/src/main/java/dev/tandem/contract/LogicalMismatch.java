package dev.tandem.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// Where a reader takes a number for another one than was written, though Avro's check of two
/// schemas lets it pass: that looks at types alone, and no reader converts between logical ones.
///
/// - Decimals are the same only with one scale, and the reader's precision has to hold them (Avro
///   specification, "Decimal"); bytes that are a decimal on one side only are another value.
/// - Dates and times of another unit or kind are other moments. A plain number on one side stays
///   the number that it is.
///
/// @param location in the reader's schema, as Avro writes it: `/fields/2/type`
public record LogicalMismatch(String location, String message) {
  /// All of them, in the order of the reader's schema.
  static List<LogicalMismatch> between(Schema reader, Schema writer) {
    var search = new Search(new ArrayList<>(), new HashSet<>());
    search.compare(reader, writer, "");
    return search.found;
  }

  private record Pair(Schema reader, Schema writer) {
    @Override
    @SuppressWarnings("ReferenceEquality") // the same place in both, which recursion comes back to
    public boolean equals(Object other) {
      return other instanceof Pair(Schema one, Schema two) && one == reader && two == writer;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(reader) + System.identityHashCode(writer);
    }
  }

  private record Search(List<LogicalMismatch> found, Set<Pair> seen) {
    void compare(Schema reader, Schema writer, String at) {
      if (writer.getType() == Schema.Type.UNION) {
        writer.getTypes().forEach(branch -> compare(reader, branch, at));
        return;
      }
      if (reader.getType() == Schema.Type.UNION) {
        List<Schema> branches = reader.getTypes();
        for (int i = 0; i < branches.size(); i++) {
          if (isReadBy(branches.get(i), writer)) {
            compare(branches.get(i), writer, at + "/" + i);
            return;
          }
        }
        return;
      }
      if (!isReadBy(reader, writer) || !seen.add(new Pair(reader, writer))) {
        return;
      }
      switch (reader.getType()) {
        case RECORD -> fields(reader, writer, at);
        case ARRAY -> compare(reader.getElementType(), writer.getElementType(), at + "/items");
        case MAP -> compare(reader.getValueType(), writer.getValueType(), at + "/values");
        default -> {
          if (differ(reader.getLogicalType(), writer.getLogicalType())) {
            found.add(
                new LogicalMismatch(
                    at,
                    "reader takes "
                        + OptionalSchema.describe(writer)
                        + " for "
                        + OptionalSchema.describe(reader)));
          }
        }
      }
    }

    private void fields(Schema reader, Schema writer, String at) {
      for (Schema.Field field : reader.getFields()) {
        Schema.Field written = writer.getField(field.name());
        for (String alias : field.aliases()) {
          written = written == null ? writer.getField(alias) : written;
        }
        if (written != null) {
          compare(field.schema(), written.schema(), at + "/fields/" + field.pos() + "/type");
        }
      }
    }

    private static boolean isReadBy(Schema reader, Schema writer) {
      boolean wider = reader.getType() == Schema.Type.LONG && writer.getType() == Schema.Type.INT;
      return reader.getType() == writer.getType() || wider;
    }

    private static boolean differ(LogicalType reader, LogicalType writer) {
      if (reader instanceof LogicalTypes.Decimal to && writer instanceof LogicalTypes.Decimal of) {
        return to.getScale() != of.getScale() || to.getPrecision() < of.getPrecision();
      }
      if (reader instanceof LogicalTypes.Decimal || writer instanceof LogicalTypes.Decimal) {
        return true;
      }
      return reader != null
          && writer != null
          && !Objects.equals(reader.getName(), writer.getName());
    }
  }
}
